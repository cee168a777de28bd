import type { Registry } from '../core/model/registry.ts';
import type { JsonObject } from '../lib/json.ts';
import { appRegistry, namesOf } from '../stage/registries.ts';
import type { DeviceSetup } from '../stage/stage.ts';
import type { ScenarioFiles } from './files.ts';
import { casesMax, casesOf, paramsOf } from './language/cases.ts';
import { type Diagnostic, errorAt, sortDiagnostics, suggest, warningAt } from './language/diagnostic.ts';
import { readFixtures } from './language/fixtures.ts';
import { type Header, headerSchema } from './language/header.ts';
import { includeFiles } from './language/include.ts';
import { checkNames } from './language/names.ts';
import { asksForAll, expandOrders, ordersMax, ordersOf } from './language/orders.ts';
import { readYaml } from './language/read-yaml.ts';
import { Reader, reservedNames } from './language/reader.ts';
import { type Scalar, substitute } from './language/substitute.ts';
import { entryOf, type Mapping, type Tree, treeOf } from './language/tree.ts';
import type { Plan, PlanStep } from './plan.ts';
import { type Family, familyParts } from './sweep/family.ts';
import { walkSteps } from './walk.ts';

/** What a scenario is read with. */
export interface ReadOptions {
  /** The entity types that rows and fields are checked against. */
  readonly registry: Registry;
  readonly files: ScenarioFiles;
  /** Values for the file's `params`. */
  readonly params?: Readonly<Record<string, Scalar>>;
}

/** One plan per case, none when there is any error; and everything found, sorted by place. */
export interface ScenarioReading {
  readonly plans: readonly Plan[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a scenario file. */
export function readScenario(file: string, options: ReadOptions): ScenarioReading {
  const text = options.files.read(file);
  if (text === null) return { plans: [], diagnostics: [errorAt(null, `can't read ${file}`)] };
  return readScenarioText(file, text, options);
}

/** Reads the text of a scenario; `file` names it in messages and is where its own files are looked for. */
export function readScenarioText(file: string, text: string, options: ReadOptions): ScenarioReading {
  const { tree, diagnostics } = readYaml(file, text);
  return finish(tree === null ? [] : plansOf(tree, file, options), diagnostics);
}

/** Reads a scenario that was built in code: the same form as a file's, as plain data. */
export function readScenarioData(data: JsonObject, options: ReadOptions): ScenarioReading {
  return finish(plansOf(treeOf(data), null, options), []);
}

type Part = { readonly plans: readonly Plan[]; readonly diagnostics: readonly Diagnostic[] };

function finish(parts: readonly Part[], more: readonly Diagnostic[]): ScenarioReading {
  const diagnostics = sortDiagnostics([...more, ...parts.flatMap((part) => part.diagnostics)]);
  const isWrong = diagnostics.some(({ severity }) => severity === 'error');
  const plans = isWrong ? [] : parts.flatMap((part) => part.plans);
  return { plans: plans.map((plan, index) => ({ ...plan, caseNumber: index + 1 })), diagnostics };
}

function plansOf(written: Tree, file: string | null, options: ReadOptions): readonly Part[] {
  if (written.kind !== 'mapping') {
    return [
      { plans: [], diagnostics: [errorAt(written.place, 'a scenario is a mapping with scenario, devices and steps')] },
    ];
  }
  const { tree, diagnostics: included } = includeFiles(written, { file: file ?? '', files: options.files });
  const { values, diagnostics: params } = paramsOf(tree, options.params ?? {});
  const { cases, diagnostics: matrix } = casesOf(tree);
  const first: Part = { plans: [], diagnostics: [...included, ...params, ...matrix] };
  return [first, ...cases.map((caseValues) => casePlans({ tree, file, options, values, caseValues }))];
}

interface Case {
  readonly tree: Mapping;
  readonly file: string | null;
  readonly options: ReadOptions;
  readonly values: ReadonlyMap<string, Scalar>;
  readonly caseValues: ReadonlyMap<string, Scalar>;
}

function casePlans({ tree, file, options, values, caseValues }: Case): Part {
  const { tree: whole, diagnostics: unknown } = substitute(tree, new Map([...values, ...caseValues]));
  assertMapping(whole);
  const devices = deviceNames(whole);
  const reader = new Reader(devices);
  const registry = registryOf(whole, options);
  const header = reader.shape(headerSchema, whole, 'device');
  const sources = { file: file ?? '', files: options.files, registry };
  const fixtures = readFixtures(entryOf(whole, 'fixtures')?.value, sources);
  const found = [
    ...unknown,
    ...elsewhere(reader.diagnostics, unknown),
    ...fixtures.diagnostics,
    ...checkNames(reader.spots, { registry, devices }),
    ...checkHeader(whole),
  ];
  if (header === null) return { plans: [], diagnostics: found };
  const plan = planOf(header, { file, tree: whole, caseValues, fixtures: fixtures.fixtures });
  const odd = [...found, ...checkPlan(plan)];
  return { plans: odd.some(({ severity }) => severity === 'error') ? [] : expandOrders(plan), diagnostics: odd };
}

/** The entity types that names are checked against: those that the file asks for, else those of the caller. */
function registryOf(tree: Mapping, options: ReadOptions): Registry {
  const named = entryOf(tree, 'registry')?.value;
  return named?.kind === 'scalar' && named.value === 'policies' ? namesOf('policies') : options.registry;
}

/** What is wrong elsewhere than where a parameter is unknown: there, nothing more is known. */
function elsewhere(found: readonly Diagnostic[], unknown: readonly Diagnostic[]): readonly Diagnostic[] {
  const places = new Set(unknown.map(({ place }) => place));
  return found.filter(({ place }) => place === null || !places.has(place));
}

function assertMapping(tree: Tree): asserts tree is Mapping {
  if (tree.kind !== 'mapping') throw new TypeError('a mapping stays a mapping when parameters are put in');
}

function deviceNames(tree: Mapping): readonly string[] {
  const devices = entryOf(tree, 'devices')?.value;
  return devices?.kind === 'mapping' ? devices.entries.map(({ key }) => key) : [];
}

function planOf(header: Header, parts: Pick<Case, 'file' | 'tree' | 'caseValues'> & Pick<Plan, 'fixtures'>): Plan {
  return {
    title: header.scenario,
    about: header.about ?? '',
    tags: header.tags ?? [],
    file: parts.file,
    place: entryOf(parts.tree, 'scenario')?.keyPlace ?? parts.tree.place,
    caseNumber: 1,
    caseValues: Object.fromEntries(parts.caseValues),
    devices: Object.entries(header.devices).map(([name, device]) => deviceOf(name, device)),
    registry: header.registry ?? 'guras',
    disk: header.disk ?? 'memory',
    pins: header.pins ?? {},
    serverLimits: header.server?.limits ?? {},
    fixtures: parts.fixtures,
    steps: header.steps,
    expect: header.expect ?? [],
    expectFail: header['expect-fail'] ?? null,
    sweep: header.sweep ?? null,
    family: familyOf(header),
    variation: null,
    disturbance: null,
  };
}

function deviceOf(
  name: string,
  { user, clock, offline, sync, live, limits, app, shares }: Header['devices'][string],
): DeviceSetup {
  const setup = {
    name,
    user,
    clockMs: clock ?? 0,
    online: offline !== true,
    sync: sync ?? 'auto',
    limits: limits ?? {},
  };
  return {
    ...setup,
    ...(live === true ? { live } : {}),
    ...(app === undefined ? {} : { app }),
    ...(shares === undefined ? {} : { shares }),
  };
}

function familyOf({ explore }: Header): Family | null {
  return explore === undefined ? null : { runs: explore.runs, vary: explore.vary ?? familyParts };
}

/** What the schema can't say of the top of a file. */
function checkHeader(tree: Mapping): readonly Diagnostic[] {
  const devices = entryOf(tree, 'devices')?.value;
  const entries = devices?.kind === 'mapping' ? devices.entries : [];
  const reserved = entries
    .filter(({ key }) => reservedNames.includes(key))
    .map(({ key, keyPlace }) =>
      errorAt(keyPlace, `"${key}" can't be the name of a device`, 'it has a meaning of its own'),
    );
  const none =
    devices?.kind === 'mapping' && entries.length === 0 ? [errorAt(devices.place, 'a scenario needs a device')] : [];
  const users = entries
    .map(({ value }) => entryOf(value, 'user')?.value)
    .flatMap((user) => (user?.kind === 'scalar' ? String(user.value) : []));
  const sweep = checkSweep(tree);
  return [...reserved, ...none, ...sweep, ...strangers(entryOf(tree, 'fixtures')?.value, users)];
}

/** A sweep adds a column to the case, and needs a story that holds. */
function checkSweep(tree: Mapping): readonly Diagnostic[] {
  const matrix = entryOf(tree, 'matrix')?.value;
  const column = matrix?.kind === 'mapping' ? entryOf(matrix, 'sweep') : undefined;
  const variants = ['sweep', 'explore'].flatMap((key) => entryOf(tree, key) ?? []);
  const failing = entryOf(tree, 'expect-fail') === undefined ? [] : variants;
  return [
    ...(column === undefined
      ? []
      : [errorAt(column.keyPlace, '"sweep" can\'t be a column of the matrix', 'it names the variants of a sweep')]),
    ...failing.map(({ key, keyPlace }) =>
      errorAt(keyPlace, `"${key}" can't stand beside expect-fail`, 'its variants have to hold'),
    ),
  ];
}

function strangers(fixtures: Tree | undefined, users: readonly string[]): readonly Diagnostic[] {
  const entries = fixtures?.kind === 'mapping' ? fixtures.entries : [];
  return entries
    .filter(({ key }) => !users.includes(key))
    .map(({ key, keyPlace }) =>
      errorAt(keyPlace, `no device belongs to user "${key}"`, suggest(key, [...new Set(users)])),
    );
}

/** What can't be done to one of several processes, because it would be done to the phone under all of them. */
const wholePhone = ['power-cut', 'backup', 'restore', 'clone', 'upgrade', 'sign-in'];

function checkProcesses({ devices, steps, place }: Plan): readonly Diagnostic[] {
  const second = devices.filter(({ shares }) => shares !== undefined);
  const among = new Set(second.flatMap(({ name, shares }) => [name, shares]));
  const lost = second.filter(({ name, user, shares }) => {
    const earlier = devices.slice(
      0,
      devices.findIndex((device) => device.name === name),
    );
    return !earlier.some((device) => device.name === shares && device.user === user && device.shares === undefined);
  });
  return [
    ...lost.map(({ name, shares }) =>
      errorAt(
        place,
        `${name} can't share the data of ${shares}`,
        'name a device of the same user that stands before it',
      ),
    ),
    ...[...walkSteps(steps)]
      .filter(
        ({ actor, verb }) => wholePhone.includes(verb) && (among.has(actor) || (actor === 'all' && among.size > 0)),
      )
      .map((step) =>
        errorAt(step.place, `${step.actor} shares its data: no ${step.verb} for one of several processes`),
      ),
  ];
}

/** What only the whole plan shows. */
function checkPlan(plan: Plan): readonly Diagnostic[] {
  const all = [...walkSteps(plan.steps)];
  const checks =
    plan.expect.length > 0 || all.some(({ verb }) => verb === 'expect' || verb === 'until' || verb === 'never');
  const empty = checks ? [] : [warningAt(plan.place, 'the scenario checks nothing', 'add expect, or steps with until')];
  const orders = plan.steps.filter(asksForAll);
  const inner = all.filter((step) => asksForAll(step) && !orders.includes(step));
  const cases = orders.reduce((product, step) => product * ordersOf(step), 1);
  const older = plan.devices.filter(({ app }) => app !== undefined && appRegistry(plan.registry, app) === null);
  return [
    ...empty,
    ...older.map(({ name }) =>
      errorAt(
        plan.place,
        `there is no older app for ${name}`,
        'only the registry policies has one: registry: policies',
      ),
    ),
    ...checkProcesses(plan),
    ...inner.map((step: PlanStep) => errorAt(step.place, 'orders: all can only stand at the top of the story')),
    ...orders
      .filter((step) => ordersOf(step) > ordersMax)
      .map((step) => errorAt(step.place, `these steps have more than ${ordersMax} orders`, 'use orders: seeded')),
    ...(cases > casesMax ? [errorAt(plan.place, `the story has more than ${casesMax} orders in all`)] : []),
  ];
}
