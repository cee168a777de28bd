import { stampOf } from '../clock/server-clock.ts';
import { laterStamp } from '../clock/stamp.ts';
import type { Stamp } from '../ids.ts';
import type { Item } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import type { Turn } from './turn.ts';

/** The stamp key of a delete, which is meant for the whole row. */
export const wholeRow = '*';

/** The stamps of an item as known now: those given at first send, or what its intents come to with today's offset. */
export function stampsNow(turn: Turn, entity: Entity, item: Item): Readonly<Record<string, Stamp>> {
  if (item.sent) return item.stamps;
  const context = {
    clock: turn.meta('clock'),
    now: turn.at,
    floor: entity.newestStamp(),
    deviceId: turn.meta('device').deviceId,
  };
  // Fields that only go along keep the stamp they had.
  const names = Object.keys(item.stamps).filter((name) => Object.hasOwn(item.data ?? {}, name));
  const out: Record<string, Stamp> = Object.fromEntries(names.map((name) => [name, item.stamps[name] as Stamp]));
  for (const intent of item.intents) {
    const stamp = stampOf(intent, context);
    for (const field of intent.fields) out[field] = stamp;
  }
  return out;
}

/** Gives an item its stamps for good: the next ones of the row come after them. */
export function freezeStamps(turn: Turn, entity: Entity, item: Item): Item {
  const stamps = stampsNow(turn, entity, item);
  entity.given = Object.values(stamps).reduce<Stamp | null>(laterStamp, entity.given);
  return { ...item, stamps };
}

/** A stamp of now, for a decision made at this moment; it becomes the row's newest own stamp. */
export function freshStamp(turn: Turn, entity: Entity): Stamp {
  const context = {
    clock: turn.meta('clock'),
    now: turn.at,
    floor: entity.newestStamp(),
    deviceId: turn.meta('device').deviceId,
  };
  const stamp = stampOf({ at: turn.at, after: null }, context);
  entity.record = { ...entity.record, lastStamp: stamp };
  return stamp;
}
