import type * as z from 'zod';
import type { SubjectKind } from '../expectations/expectation.ts';
import { expectationNamed, expectationNames } from '../expectations/table.ts';
import type { Mentions } from '../mentions.ts';
import type { PlanCheck, PlanExpectation, PlanStep } from '../plan.ts';
import { verbNamed, verbNames } from '../steps/table.ts';
import type { ActorKind, Verb } from '../steps/verb.ts';
import { type Diagnostic, errorAt, suggest } from './diagnostic.ts';
import { issueDiagnostics } from './issues.ts';
import { nestedKind } from './nested.ts';
import type { Place } from './place.ts';
import { type Entry, entryOf, jsonOf, type Mapping, type Tree } from './tree.ts';
import { splitRow } from './values.ts';

/** A step or check as written, and the names in it: what the check of names looks at. */
export interface Spot {
  readonly tree: Tree;
  readonly mentions: Mentions;
  /** The label that the step gives, or null. */
  readonly label: string | null;
}

/** Words that stand where a device's name may stand. */
export const reservedNames: readonly string[] = ['all', 'server', 'network', 'clock', 'story', ...verbNames('story')];

/** Reads steps and expectations by the tables. Everything wrong is collected; what can't be read is left out. */
export class Reader {
  readonly diagnostics: Diagnostic[] = [];
  readonly spots: Spot[] = [];
  readonly #devices: readonly string[];

  constructor(devices: readonly string[]) {
    this.#devices = devices;
  }

  /** The steps of a list. */
  steps(tree: Tree): readonly PlanStep[] {
    return this.#list(tree, 'steps', (item) => this.#step(item));
  }

  /** The expectations of a list. */
  expectations(tree: Tree): readonly PlanExpectation[] {
    return this.#list(tree, 'expectations', (item) => this.#expectation(item));
  }

  /** The value of a schema whose nested parts are read by the tables, or null with diagnostics. */
  shape<Schema extends z.ZodObject>(schema: Schema, tree: Mapping, subject: SubjectKind): z.output<Schema> | null {
    const before = this.diagnostics.length;
    const entries = tree.entries.map((entry): [string, unknown] => [entry.key, this.#part(schema, entry, subject)]);
    const parsed = schema.safeParse(Object.fromEntries(entries));
    if (!parsed.success) this.diagnostics.push(...issueDiagnostics(parsed.error.issues, tree, schema));
    return parsed.success && this.diagnostics.length === before ? parsed.data : null;
  }

  #part(schema: z.ZodObject, { key, value }: Entry, subject: SubjectKind): unknown {
    const kind = nestedKind(Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined);
    if (kind === 'steps') return this.steps(value);
    if (kind === 'expectations') return this.expectations(value);
    return kind === 'checks' ? this.#checks(value, subject) : jsonOf(value);
  }

  #list<T>(tree: Tree, what: string, read: (item: Tree) => T | null): readonly T[] {
    if (tree.kind !== 'list') {
      this.#error(tree.place, `a list of ${what} belongs here`);
      return [];
    }
    return tree.items.map(read).filter((item) => item !== null);
  }

  #step(tree: Tree): PlanStep | null {
    const first = tree.kind === 'mapping' ? tree.entries[0] : undefined;
    if (tree.kind !== 'mapping' || first === undefined) {
      return this.#error(tree.place, 'a step names its actor first, like `phone: offline`');
    }
    const story = tree.entries.find(({ key }) => verbNamed('story', key) !== undefined && !this.#devices.includes(key));
    if (story !== undefined) return this.#action({ actor: 'story', kind: 'story', tree, place: first.keyPlace });
    const kind = this.#actorKind(first.key);
    if (kind === null) {
      const known = [...this.#devices, 'all', 'server', 'network', 'clock', ...verbNames('story')];
      return this.#error(first.keyPlace, `unknown actor or step "${first.key}"`, suggest(first.key, known));
    }
    for (const { key, keyPlace } of tree.entries.slice(1)) {
      this.#error(
        keyPlace,
        `"${key}" stands beside the actor ${first.key}`,
        'a step has one actor; its options stand inside { }',
      );
    }
    return this.#action({ actor: first.key, kind, tree: first.value, place: first.keyPlace });
  }

  #actorKind(name: string): Exclude<ActorKind, 'story'> | null {
    if (this.#devices.includes(name) || name === 'all') return 'device';
    return name === 'server' || name === 'network' || name === 'clock' ? name : null;
  }

  #action(options: { actor: string; kind: ActorKind; tree: Tree; place: Place | null }): PlanStep | null {
    const { actor, kind, place } = options;
    const written = this.#spelledOut(options);
    if (written === null) return null;
    const { verb, tree } = written;
    const when = this.#when(tree);
    const rest: Mapping = { ...tree, entries: tree.entries.filter(({ key }) => key !== 'when') };
    const args = this.shape(verb.schema, rest, kind === 'server' ? 'server' : 'device');
    if (args === null) return null;
    const label = 'as' in args && typeof args.as === 'string' ? args.as : null;
    this.spots.push({ tree, mentions: verb.mentions?.(args) ?? {}, label });
    return when ? { actor, verb: verb.name, args, place } : null;
  }

  /** The action as a mapping, whatever short form it was written in, and its verb. */
  #spelledOut(options: { actor: string; kind: ActorKind; tree: Tree }): { verb: Verb; tree: Mapping } | null {
    const { actor, kind, tree } = options;
    if (tree.kind === 'mapping') {
      const verb = this.#verbOf(tree, kind);
      if (verb !== undefined) return { verb, tree };
      const first = tree.entries[0];
      if (first === undefined) return this.#error(tree.place, `${actor} has nothing to do`);
      return this.#unknownAction(first.key, first.keyPlace, options);
    }
    const word = tree.kind === 'scalar' && typeof tree.value === 'string' ? tree.value : null;
    if (word === null) return this.#error(tree.place, `an action of ${actor} is a word or { action: … }`);
    const verb = verbNamed(kind, word);
    if (verb?.bare !== undefined) return { verb, tree: this.#wordAsMapping(word, verb.bare, tree) };
    if (verb !== undefined) return this.#error(tree.place, `"${word}" needs a value`, `like ${verb.example}`);
    const until = verbNamed(kind, 'until');
    if (until === undefined || expectationNamed(word)?.bare === undefined)
      return this.#unknownAction(word, tree.place, options);
    return {
      verb: until,
      tree: { kind: 'mapping', place: tree.place, entries: [{ key: 'until', keyPlace: tree.place, value: tree }] },
    };
  }

  #wordAsMapping(word: string, bare: NonNullable<Verb['bare']> | null, { place }: Tree): Mapping {
    const value: Tree = { kind: 'scalar', value: bare as boolean | string, place };
    return { kind: 'mapping', place, entries: [{ key: word, keyPlace: place, value }] };
  }

  /** Of several keys that name verbs, the one whose schema takes all keys; else the first that names one. */
  #verbOf(tree: Mapping, kind: ActorKind): Verb | undefined {
    const named = tree.entries.map(({ key }) => verbNamed(kind, key)).filter((verb) => verb !== undefined);
    const takesAll = (verb: Verb) =>
      tree.entries.every(({ key }) => key === 'when' || Object.hasOwn(verb.schema.shape, key));
    return named.find(takesAll) ?? named[0];
  }

  #unknownAction(word: string, place: Place | null, { actor, kind }: { actor: string; kind: ActorKind }): null {
    const whom = kind === 'device' && actor !== 'all' ? `device ${actor}` : actor;
    return this.#error(place, `unknown action "${word}" for ${whom}`, suggest(word, verbNames(kind)));
  }

  #when(tree: Mapping): boolean {
    const when = entryOf(tree, 'when');
    if (when === undefined) return true;
    const value = when.value.kind === 'scalar' ? when.value.value : null;
    if (typeof value !== 'boolean') this.#error(when.value.place, '"when" is true or false, or a parameter that is');
    return value !== false;
  }

  #expectation(tree: Tree): PlanExpectation | null {
    const first = tree.kind === 'mapping' ? tree.entries[0] : undefined;
    if (tree.kind !== 'mapping' || first === undefined) {
      return this.#error(tree.place, 'an expectation names its subject first, like `all: { queue: 0 }`');
    }
    for (const { key, keyPlace } of tree.entries.slice(1)) {
      this.#error(
        keyPlace,
        `"${key}" stands beside the subject ${first.key}`,
        'write one entry of the list for each subject',
      );
    }
    const kind = this.#actorKind(first.key);
    if (kind !== 'device' && kind !== 'server') {
      const known = [...this.#devices, 'all', 'server'];
      return this.#error(first.keyPlace, `unknown subject "${first.key}"`, suggest(first.key, known));
    }
    return { subject: first.key, checks: this.#checks(first.value, kind), place: first.keyPlace };
  }

  #checks(tree: Tree, subject: SubjectKind): readonly PlanCheck[] {
    if (tree.kind === 'scalar' && typeof tree.value === 'string') {
      const bare = expectationNamed(tree.value)?.bare;
      const value: Tree = { kind: 'scalar', value: (bare ?? null) as boolean | null, place: tree.place };
      const check = this.#check({ key: tree.value, keyPlace: tree.place, value }, subject);
      return check === null ? [] : [check];
    }
    if (tree.kind !== 'mapping' || tree.entries.length === 0) {
      this.#error(tree.place, 'say what is expected, like { queue: 0 }');
      return [];
    }
    return tree.entries.map((entry) => this.#check(entry, subject)).filter((check) => check !== null);
  }

  #check(entry: Entry, subject: SubjectKind): PlanCheck | null {
    const { key, keyPlace, value } = entry;
    const isRow = key.includes('/');
    const expectation = isRow ? expectationNamed('row') : key === 'row' ? undefined : expectationNamed(key);
    if (expectation === undefined || !expectation.subjects.includes(subject)) {
      const whom = subject === 'server' ? 'the server' : 'a device';
      return this.#error(
        keyPlace,
        `unknown expectation "${key}" of ${whom}`,
        suggest(key, ['type/id', ...expectationNames(subject)]),
      );
    }
    const parsed = expectation.schema.safeParse(isRow ? rowArgs(key, value) : jsonOf(value));
    if (!parsed.success) {
      this.diagnostics.push(
        ...issueDiagnostics(parsed.error.issues, isRow ? rowTree(value) : value, expectation.schema),
      );
      return null;
    }
    const tree: Tree = { kind: 'mapping', entries: [entry], place: keyPlace };
    this.spots.push({ tree, mentions: expectation.mentions?.(parsed.data) ?? {}, label: null });
    return { expectation: expectation.name, args: parsed.data, place: keyPlace };
  }

  #error(place: Place | null, message: string, remedy: string | null = null): null {
    this.diagnostics.push(errorAt(place, message, remedy));
    return null;
  }
}

function rowArgs(key: string, value: Tree): unknown {
  const isAbsent = value.kind === 'scalar' && (value.value === 'absent' || value.value === null);
  return { ...splitRow(key), fields: isAbsent ? null : jsonOf(value) };
}

/** The tree in the shape that the row's schema sees, so that issues find their place. */
function rowTree(value: Tree): Tree {
  return { kind: 'mapping', place: value.place, entries: [{ key: 'fields', keyPlace: value.place, value }] };
}
