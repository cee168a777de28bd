import type { EntityType } from '../model/registry.ts';
import { type ChangeContent, upgraded } from '../model/upgrade.ts';
import { type ChangeProblem, validateAdd, validateCreate, validateSet } from '../model/validate.ts';
import type { Problem } from '../protocol/messages.ts';
import { type FieldIntent, type Item, pickIntents } from '../queue/item.ts';
import { isFrozen } from '../queue/order.ts';
import { type Entity, entityOfItem, flushEntities, membersOf } from './entity.ts';
import { park } from './park.ts';
import type { Turn } from './turn.ts';

/**
 * The first start of a newer app: what waits in the queue is said as this version says it. Ids, places and order stay. What
 * was handed over keeps its body, and the version it was handed over in, until a verdict for its id is held. What can't be
 * said any more is parked with the reason, a group as one.
 */
export function upgradeQueue(turn: Turn): void {
  const device = turn.meta('device');
  const { schemaVersion, types } = turn.setting.registry;
  if (device.schemaVersion >= schemaVersion) return;
  for (const item of turn.scan('items')) {
    if (!types.has(item.entityType)) continue;
    const entity = entityOfItem(turn, item);
    if (isFrozen(item) || item.resolution !== null || item.state === 'conflict') keepVersion(turn, entity, item);
    else upgradeItem(turn, entity, item);
  }
  flushEntities(turn);
  turn.setMeta('device', { ...device, schemaVersion });
}

function keepVersion(turn: Turn, entity: Entity, item: Item): void {
  const schemaVersion = item.schemaVersion ?? turn.meta('device').schemaVersion;
  entity.set({ ...item, schemaVersion });
}

function upgradeItem(turn: Turn, entity: Entity, item: Item): void {
  // A group that was parked as one was parked with this member.
  const now = entity.item(item.id);
  if (now === undefined || (now.state === 'parked' && item.state !== 'parked')) return;
  const said = saidAnew(turn, entity.type, item, turn.meta('device').schemaVersion);
  if (said.problem === null) entity.set({ ...item, ...said.content });
  else parkWhole(turn, entity, { item, problem: said.problem });
}

function parkWhole(
  turn: Turn,
  entity: Entity,
  { item, problem }: { readonly item: Item; readonly problem: Problem },
): void {
  const members = item.group === null ? [{ entity, item }] : membersOf(turn, item.group);
  for (const member of members) park(turn, member.entity, member.item, problem);
}

/** A change of an older version as this one says it, or why it can't be said. */
export function saidAnew(
  turn: Turn,
  type: EntityType,
  item: Item,
  from: number,
):
  | { readonly problem: null; readonly content: Pick<Item, 'data' | 'increments' | 'intents' | 'before'> }
  | { readonly problem: Problem } {
  const { entityType, action, data, increments } = item;
  const now = upgraded(turn.setting.registry, from, { entityType, action, data, increments });
  if (now === null)
    return { problem: { code: 'invalid_change', detail: 'This version of the app has no place for it.' } };
  const problem = faultOf(type, now);
  if (problem !== null) return { problem: { ...problem } };
  const intents = intentsOf(item, now.data);
  const past = { entityType, action: 'UPDATE', data: item.before, increments: null } as const;
  const before = item.before === null ? null : (upgraded(turn.setting.registry, from, past)?.data ?? null);
  return { problem: null, content: { data: now.data, increments: now.increments, intents, before } };
}

/** A field that has come in the place of others was meant when the newest of those was. */
function intentsOf({ intents, data: old }: Item, data: ChangeContent['data']): readonly FieldIntent[] {
  const isGone = (field: string) => Object.hasOwn(old ?? {}, field) && !Object.hasOwn(data ?? {}, field);
  const come = Object.keys(data ?? {}).filter((field) => !Object.hasOwn(old ?? {}, field));
  const kept = pickIntents(intents, (field) => !isGone(field));
  const replaced = intents.findLast(({ fields }) => fields.some(isGone)) ?? intents.at(-1);
  return come.length === 0 || replaced === undefined ? kept : [...kept, { ...replaced, fields: come }];
}

function faultOf(type: EntityType, { action, data, increments }: ChangeContent): ChangeProblem | null {
  const values = data ?? {};
  const set = action === 'CREATE' ? validateCreate(type, values) : validateSet(type, values);
  return set ?? validateAdd(type, increments ?? {});
}
