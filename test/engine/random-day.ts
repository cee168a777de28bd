import type { Conflict } from '../../src/core/merge/conflict.ts';
import type { EntityType } from '../../src/core/model/registry.ts';
import type { Item } from '../../src/core/queue/item.ts';
import type { Edit } from '../../src/core/sync/event.ts';
import type { WriteOutcome } from '../../src/core/sync/output.ts';
import type { VisibleRow } from '../../src/core/sync/status.ts';
import { present } from '../../src/lib/assert.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';
import type { Fleet, Phone } from './fleet.ts';

/** What may happen on a random day beside edits, requests, kills and lost answers. */
export interface Weather {
  readonly deletes: boolean;
  /** The server purges tombstones, or is restored from a backup under a new epoch. */
  readonly purges: boolean;
  readonly restores: boolean;
  /** A device's file is put back to an earlier state. */
  readonly copies: boolean;
}

/** One day of a fleet: random acts, with a line of story for each. */
export class RandomDay {
  readonly story: string[] = [];
  /** How often a counter was told to grow by one and the device said yes, by row. */
  readonly added = new Map<string, number>();
  readonly #fleet: Fleet;
  readonly #weather: Weather;
  readonly #types: readonly EntityType[];
  #backup: { readonly phone: Phone; readonly image: ReturnType<Phone['storage']['snapshot']> } | null = null;

  constructor(fleet: Fleet, weather: Weather) {
    this.#fleet = fleet;
    this.#weather = weather;
    this.#types = [...fleet.registry.types.values()].filter(({ name }) => name !== 'strict' && name !== 'catalogued');
  }

  act(): void {
    const fleet = this.#fleet;
    const phone = fleet.pick(fleet.phones);
    const roll = fleet.below(100);
    if (roll < 40) this.#edit(phone);
    else if (roll < 74) this.#carry();
    else if (roll < 79) this.#lose();
    else if (roll < 82) this.#killOrStart(phone);
    else if (roll < 85) this.#switchLine(phone);
    else if (roll < 89) this.#choose(phone);
    else if (roll < 91) this.#disturb(phone);
    else fleet.pass(fleet.pick([10, 500, 3_000, 70_000]));
  }

  /** A person settles what only a person can. Gives whether there was anything. */
  tidyUp(): boolean {
    let any = false;
    for (const phone of this.#fleet.phones) {
      const device = present(phone.device, 'every device runs after healing');
      for (const { changeId } of device.conflicts() as readonly Conflict[]) {
        this.#told(
          phone,
          device.resolveConflict(changeId, { keep: this.#fleet.pick(['mine', 'theirs'] as const) }),
          `resolves ${changeId}`,
        );
        any = true;
      }
      for (const { id } of (device.queue() as readonly Item[]).filter(({ state }) => state === 'parked')) {
        this.#told(phone, device.drop(id), `drops ${id}`);
        any = true;
      }
    }
    return any;
  }

  #told(phone: Phone, outcome: unknown, what: string): void {
    this.story.push(`${phone.name} ${what}: ${JSON.stringify(outcome)}`);
  }

  #edit(phone: Phone): void {
    const { device } = phone;
    if (device === null) return;
    const edits =
      this.#fleet.below(12) === 0 ? [this.#randomEdit(phone), this.#randomEdit(phone)] : [this.#randomEdit(phone)];
    const outcome = (
      edits.length > 1 ? device.writeGroup(edits) : device.write(present(edits[0], 'one edit'))
    ) as WriteOutcome;
    this.#told(phone, outcome, JSON.stringify(edits));
    if (!outcome.ok) return;
    for (const edit of edits) {
      if (edit.action !== 'update' || edit.add === undefined) continue;
      const key = `${edit.entityType}/${edit.entityId}`;
      this.added.set(key, (this.added.get(key) ?? 0) + 1);
    }
  }

  #randomEdit(phone: Phone): Edit {
    const fleet = this.#fleet;
    const type = fleet.pick(this.#types);
    const entityType = type.name;
    // Keyed rows are made by each device under its own id, so that their natural keys collide.
    const entityId = type.singleton ?? `${fleet.pick(['a', 'b', 'c'])}${entityType === 'keyed' ? phone.name : ''}`;
    const names = Object.keys(type.fields).filter((name) => type.fields[name]?.owner === 'user');
    const counter = names.find((name) => type.fields[name]?.merge === 'counter');
    const settable = names.filter((name) => name !== counter);
    if ((phone.device?.get(entityType, entityId) as VisibleRow | null) === null) {
      const set = settable.filter((name) => name === 'parentId' || name === 'key' || fleet.below(3) > 0);
      return { action: 'create', entityType, entityId, data: this.#values(type, set, phone) };
    }
    const roll = fleet.below(10);
    if (roll === 0 && this.#weather.deletes) return { action: 'delete', entityType, entityId };
    if (counter !== undefined && roll < 6) return { action: 'update', entityType, entityId, add: { [counter]: 1 } };
    return { action: 'update', entityType, entityId, set: this.#values(type, [fleet.pick(settable)], phone) };
  }

  #values(type: EntityType, names: readonly string[], phone: Phone): JsonObject {
    return Object.fromEntries(names.map((name) => [name, this.#value(type, name, phone)]));
  }

  #value(type: EntityType, name: string, phone: Phone): Json {
    const fleet = this.#fleet;
    const field = present(type.fields[name], 'the field is declared');
    const token = `${phone.name}:${this.story.length}`;
    if (name === 'parentId')
      return type.name === 'grandchild' ? fleet.pick(['a', 'b', 'c']) : fleet.pick(['aphone0', 'bphone1', 'cphone0']);
    if (name === 'key') return `k${fleet.below(2)}`;
    if (field.merge === 'set') return [token, fleet.pick(['x', 'y', 'z'])].sort();
    if (field.merge === 'max' || field.merge === 'min' || name === 'length') return fleet.below(100);
    return field.merge === 'forward' ? fleet.pick(present(field.order, 'forward has an order')) : token;
  }

  /** A request reaches the server, now and then twice, or an answer reaches its device. */
  #carry(): void {
    const fleet = this.#fleet;
    if (fleet.letters.length === 0) return;
    const letter = fleet.pick(fleet.letters);
    if (letter.outcome !== null) {
      this.story.push(`the answer to ${letter.phone.name} ${letter.call.name} arrives`);
      fleet.end(letter, letter.outcome);
      return;
    }
    letter.outcome = fleet.arrive(letter);
    if (fleet.below(8) === 0) fleet.arrive(letter);
    this.story.push(
      `${letter.phone.name} ${letter.call.name} ${JSON.stringify(letter.call.body)} => ${JSON.stringify(letter.outcome)}`,
    );
  }

  #lose(): void {
    if (this.#fleet.letters.length === 0) return;
    const letter = this.#fleet.pick(this.#fleet.letters);
    this.story.push(
      `${letter.phone.name} ${letter.call.name} is cut off, ${letter.outcome === null ? 'before' : 'after'} the server`,
    );
    this.#fleet.end(letter, { kind: 'failure', reason: 'reset', detail: 'cut off' });
  }

  #killOrStart(phone: Phone): void {
    if (phone.device === null) phone.start();
    else phone.kill();
    this.story.push(`${phone.name} is ${phone.device === null ? 'killed' : 'started'}`);
  }

  #switchLine(phone: Phone): void {
    phone.online = !phone.online;
    this.story.push(`${phone.name} is ${phone.online ? 'online' : 'offline'}`);
    phone.listener?.(phone.online);
  }

  #choose(phone: Phone): void {
    const open = (phone.device?.conflicts() ?? []) as readonly Conflict[];
    const first = open[0];
    if (first === undefined || phone.device === null) return;
    this.#told(
      phone,
      phone.device.resolveConflict(first.changeId, { keep: this.#fleet.pick(['mine', 'theirs'] as const) }),
      `resolves ${first.changeId}`,
    );
  }

  #disturb(phone: Phone): void {
    const { purges, restores, copies } = this.#weather;
    const fleet = this.#fleet;
    const roll = fleet.below(7);
    if (roll === 6 && phone.device !== null) this.#told(phone, phone.device.repair(), 'pulls everything anew');
    if (purges && roll < 2) {
      fleet.purge();
      this.story.push('the server purges its tombstones');
    } else if (restores && roll === 2) this.story.push(fleet.backUpOrRestore());
    else if (copies && roll > 2 && roll < 6) this.#copyOrPutBack(phone);
  }

  #copyOrPutBack(phone: Phone): void {
    if (this.#backup === null) {
      this.#backup = { phone, image: phone.storage.snapshot() };
      this.story.push(`${phone.name} is backed up`);
      return;
    }
    const { phone: owner, image } = this.#backup;
    this.#backup = null;
    owner.kill();
    owner.storage.restore(image);
    owner.start();
    this.story.push(`${owner.name} is put back to its backup`);
  }
}
