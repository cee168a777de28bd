import { type Intent, stampOf } from '../clock/server-clock.ts';
import type { Stamp } from '../ids.ts';
import type { FieldIntent, Item } from '../queue/item.ts';
import type { Entity } from './entity.ts';
import type { Turn } from './turn.ts';

/** The stamps of an item as known now: those given at first send, or what its intents come to with today's offset. */
export function stampsNow(turn: Turn, entity: Entity, item: Item): Readonly<Record<string, Stamp>> {
  if (item.sent) return item.stamps;
  // Fields that only go along keep the stamp they had.
  const names = Object.keys(item.stamps).filter((name) => Object.hasOwn(item.data ?? {}, name));
  const out: Record<string, Stamp> = Object.fromEntries(names.map((name) => [name, item.stamps[name] as Stamp]));
  for (const intent of item.intents) {
    const stamp = stampFor(turn, entity, { intent, fields: intent.fields });
    for (const field of intent.fields) out[field] = stamp;
  }
  return out;
}

/** Gives an item its stamps for good: the next ones of its fields come after them. */
export function freezeStamps(turn: Turn, entity: Entity, item: Item): Item {
  const stamps = stampsNow(turn, entity, item);
  entity.gave(stamps);
  const intents = item.intents.map((intent) => given(intent, stamps));
  return { ...item, stamps, intents };
}

function given(intent: FieldIntent, stamps: Readonly<Record<string, Stamp>>): FieldIntent {
  const stamp = stamps[intent.fields[0] as string];
  return stamp === undefined || stamp === intent.given ? intent : { ...intent, given: stamp };
}

/** A stamp of now, for a decision about these fields that is made at this moment. */
export function freshStamp(turn: Turn, entity: Entity, fields: readonly string[]): Stamp {
  return stampFor(turn, entity, { intent: { at: turn.at, after: null }, fields });
}

function stampFor(
  turn: Turn,
  entity: Entity,
  { intent, fields }: { readonly intent: Intent; readonly fields: readonly string[] },
): Stamp {
  const { deviceId } = turn.meta('device');
  return stampOf(intent, {
    clock: turn.meta('clock'),
    now: turn.at,
    floor: entity.newestStamp(fields, deviceId),
    deviceId,
  });
}
