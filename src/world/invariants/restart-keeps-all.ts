import type { Item } from '../../core/queue/item.ts';
import { canonicalJson, type Json, sameJson } from '../../lib/json.ts';
import type { View } from '../view.ts';
import type { Findings, Invariant } from './invariant.ts';

/** Durability: a kill takes nothing that was there. */
export const restartKeepsAll: Invariant = {
  name: 'restart-keeps-all',
  claim: 'After a kill and a restart a device shows the same rows, queue, questions and log as before.',
  atView: (view, _, findings) => {
    const { before } = view;
    if (before === null) return;
    findings.counts();
    compareRows(before, view, findings);
    const [then, now] = [before.queue.map(bodyOf), view.queue.map(bodyOf)];
    if (!sameJson(then, now))
      findings.found(
        `${view.device} has the queue ${canonicalJson(now)} after a restart, ${canonicalJson(then)} before`,
      );
    const facts = factsOf(before);
    for (const [name, value] of Object.entries(factsOf(view))) {
      if (!sameJson(value, facts[name] ?? null))
        findings.found(`${view.device} has ${name} ${String(value)} after a restart, ${String(facts[name])} before`);
    }
  },
};

function compareRows(before: View, after: View, findings: Findings): void {
  for (const key of new Set([...before.rows.keys(), ...after.rows.keys()])) {
    const [then, now] = [before.rows.get(key)?.data, after.rows.get(key)?.data];
    if (!sameJson(then ?? null, now ?? null))
      findings.found(
        `${after.device} shows ${key} as ${canonicalJson(now ?? null)} after a restart, ${canonicalJson(then ?? null)} before`,
      );
  }
}

/** What a restart must leave of an item: all but its state and its tries. */
function bodyOf({ id, seq, place, entityType, entityId, action, data, increments, group }: Item): Json {
  return { id, seq, place, entityType, entityId, action, data, increments, group };
}

function factsOf({ status, log }: View): Readonly<Record<string, Json>> {
  const { deviceId, userId, conflicts, quarantined, registered, epoch, cursor, lastSyncedAt } = status;
  return { deviceId, userId, conflicts, quarantined, registered, epoch, cursor, lastSyncedAt, log: log.length };
}
