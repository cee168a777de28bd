import type { EntityType } from '../core/model/registry.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import { policyRegistry } from '../stage/policies.ts';
import { type Author, Tokens } from './author.ts';
import type { StoryDraws } from './draws.ts';

/** Types a random story may be about, of the registry `policies`. */
const typeNames = [
  'latest',
  'server',
  'local',
  'max',
  'min',
  'forward',
  'set',
  'counter',
  'ask',
  'custom',
  'unit',
  'unitAsk',
  'deleteWins',
  'editWins',
  'deleteAsk',
  'keyed',
  'child',
  'single',
] as const;

/** Fields that are set to what the row's place asks for, never to a new value. */
const fixed = new Set(['key', 'parentId']);

/** Writes the types of the registry `policies`: one per merge policy and trait, with fields wide enough for tokens. */
export class PolicyAuthor implements Author {
  readonly header = { registry: 'policies' };
  readonly #draws: StoryDraws;
  readonly #types: readonly EntityType[];
  readonly #rowsPerType: number;
  readonly #tokens = new Tokens();

  constructor(draws: StoryDraws, rowsPerType: number) {
    this.#draws = draws;
    this.#rowsPerType = rowsPerType;
    const count = 2 + draws.below('types', 4);
    const names = new Set(Array.from({ length: count }, () => draws.pick('type', typeNames)));
    this.#types = [...names].flatMap((name) => policyRegistry.types.get(name) ?? []);
  }

  put(device: string): JsonObject {
    const { type, row } = this.#row(device);
    return { put: row, ...this.#changes(type, device, row) };
  }

  deletion(device: string): JsonObject {
    return { delete: this.#row(device).row };
  }

  creation(device: string): JsonObject {
    return { create: `latest/${device}-${this.#tokens.number()}`, set: { value: this.#tokens.text(device) } };
  }

  mark(device: string): JsonObject {
    return { put: `latest/${device}-was-here`, set: { value: `${device} at the end` } };
  }

  #row(device: string): { readonly type: EntityType; readonly row: string } {
    const type = this.#draws.pick('edited', this.#types);
    return { type, row: `${type.name}/${this.#rowId(type, device)}` };
  }

  #rowId(type: EntityType, device: string): string {
    if (type.singleton !== null) return type.singleton;
    const id = `r${this.#draws.below(`row/${type.name}`, this.#rowsPerType)}`;
    // Rows with a natural key are made by each device under its own id, so that their keys meet.
    return type.naturalKey.length > 0 ? `${id}-${device}` : id;
  }

  #changes(type: EntityType, device: string, row: string): JsonObject {
    const fields = Object.entries(type.fields).filter(([, { owner }]) => owner === 'user');
    const counter = fields.find(([, { merge }]) => merge === 'counter')?.[0];
    if (counter !== undefined && (type.name === 'counter' || this.#draws.below('adds', 2) === 0)) {
      const addition = this.#tokens.addition(`${row} ${counter}`);
      if (addition !== null) return { increment: { [counter]: addition } };
    }
    const settable = fields.map(([name]) => name).filter((name) => name !== counter && !fixed.has(name));
    const names = [this.#field(type, settable), this.#field(type, settable)];
    const unit = Object.values(type.units).find(({ fields: united }) => names.some((name) => united.includes(name)));
    return this.#values(type, [...new Set([...names, ...(unit?.fields ?? [])])], { device, row });
  }

  #field(type: EntityType, settable: readonly string[]): string {
    return this.#draws.pick(`field/${type.name}`, settable);
  }

  #values(
    type: EntityType,
    names: readonly string[],
    { device, row }: { readonly device: string; readonly row: string },
  ): JsonObject {
    const sets = names.filter((name) => type.fields[name]?.merge === 'set');
    const others = names.filter((name) => !sets.includes(name));
    const fixedPart: JsonObject = {
      ...(type.naturalKey.length > 0 ? { key: row.slice(row.indexOf('/') + 1, row.indexOf('-')) } : {}),
      ...(type.name === 'child' ? { parentId: `r0-${device}` } : {}),
    };
    const set = { ...fixedPart, ...Object.fromEntries(others.map((name) => [name, this.#value(type, name, device)])) };
    const add = Object.fromEntries(sets.map((name) => [name, [this.#tokens.text(device)]]));
    return {
      ...(Object.keys(set).length > 0 ? { set } : {}),
      ...(sets.length > 0 ? { add } : {}),
    };
  }

  #value(type: EntityType, name: string, device: string): Json {
    const { merge, order = [] } = type.fields[name] ?? {};
    if (merge === 'forward') return this.#draws.pick('step', order);
    const isAmount = merge === 'max' || merge === 'min' || name === 'length';
    return isAmount ? this.#draws.below('amount', 1_000) * 1_000 + this.#tokens.number() : this.#tokens.text(device);
  }
}
