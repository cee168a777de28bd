import { describe, expect, it } from 'vitest';
import { brandId } from '../../src/core/ids.ts';
import type { Status, VisibleRow } from '../../src/core/sync/status.ts';
import { present } from '../../src/lib/assert.ts';
import { canonicalJson, type Json } from '../../src/lib/json.ts';
import { policyRegistry } from '../../src/stage/policies.ts';
import { Fleet } from './fleet.ts';
import { RandomDay, type Weather } from './random-day.ts';

const runs = Number(process.env.LAW_RUNS ?? 60);
const first = Number(process.env.LAW_FROM ?? 0);
const tells = process.env.LAW_STORY !== undefined;
const calm: Weather = { deletes: true, purges: false, restores: false, copies: false };

/** Plays one random day, heals, settles, and gives what does not hold then. */
function play(name: string, seed: number, weather: Weather): readonly string[] {
  const limits = { batchCount: 1 + (seed % 7), pageRows: 1 + (seed % 5) };
  const fleet = new Fleet({ seed: `${name} ${seed}`, registry: policyRegistry, phones: 2 + (seed % 2), limits });
  const day = new RandomDay(fleet, weather);
  try {
    for (let at = 0; at < 120; at += 1) day.act();
    for (let round = 0; round < 30; round += 1) {
      fleet.heal();
      if (!day.tidyUp() && fleet.isQuiet()) break;
    }
    fleet.heal();
    check(fleet, day, weather);
  } catch (error) {
    fleet.violations.push(error instanceof Error ? String(error.stack) : String(error));
  }
  if (tells && fleet.violations.length > 0) console.log(`${day.story.join('\n')}\n${logs(fleet)}`);
  return fleet.violations.length === 0
    ? []
    : [`seed ${seed}: ${fleet.violations.slice(0, 4).join('\n').slice(0, 2_000)}`];
}

function logs(fleet: Fleet): string {
  return fleet.phones
    .map((phone) => `${phone.name} ${JSON.stringify(phone.device?.queue())}\n${JSON.stringify(phone.device?.log())}`)
    .join('\n');
}

function check(fleet: Fleet, day: RandomDay, weather: Weather): void {
  for (const phone of fleet.phones) {
    const status = present(phone.device, 'every device runs').status() as Status;
    if (!status.synced)
      fleet.violations.push(
        `${phone.name} is not synced: ${JSON.stringify(status)} ${JSON.stringify(phone.device?.queue())}`,
      );
  }
  for (const name of fleet.registry.types.keys()) if (name !== 'catalogued') checkSame(fleet, name);
  const user = fleet.store.user(brandId('ana'));
  for (const [id, count] of fleet.store.read(() => [...user.effects()])) {
    if (count > 1) fleet.violations.push(`change ${id} took effect ${count} times`);
  }
  if (!weather.deletes && !weather.restores && !weather.copies) checkCounters(fleet, day);
}

/** Law 8: the server and all devices show the same rows. */
function checkSame(fleet: Fleet, name: string): void {
  const user = fleet.store.user(brandId('ana'));
  const rows = fleet.store.read(() => [...user.liveRows(name)]);
  const server = rows.map((row) => canonicalJson([row.entityId, JSON.parse(row.dataJson ?? 'null') as Json]));
  for (const phone of fleet.phones) {
    const device = present(phone.device, 'every device runs');
    const seen = (device.query({ entityType: name }) as readonly VisibleRow[]).map((row) =>
      canonicalJson([row.entityId, row.data]),
    );
    if (canonicalJson(seen) !== canonicalJson(server))
      fleet.violations.push(`${name}: ${phone.name} shows ${seen.join()}, the server ${server.join()}`);
  }
}

/** Laws 2 and 9: every increment that a device took counts once. */
function checkCounters(fleet: Fleet, day: RandomDay): void {
  const device = present(fleet.phones[0]?.device, 'there is a device');
  for (const [key, added] of day.added) {
    const [entityType, entityId] = key.split('/') as [string, string];
    const row = device.get(entityType, entityId) as VisibleRow | null;
    const shown = entityType === 'single' ? row?.data.total : row?.data.value;
    if (shown !== added) fleet.violations.push(`${key} is ${String(shown)} after ${added} increments`);
  }
}

function violationsOf(name: string, weather: Weather): readonly string[] {
  const found: string[] = [];
  for (let seed = first; seed < first + runs && found.length < 3; seed += 1) found.push(...play(name, seed, weather));
  return found;
}

describe('random orders of edits, deliveries, losses, repeats, kills and choices', () => {
  it('leave all devices and the server with the same rows, and no effect doubled', () => {
    expect(violationsOf('calm', calm)).toEqual([]);
  }, 120_000);

  it('count every increment once', () => {
    expect(violationsOf('counting', { ...calm, deletes: false })).toEqual([]);
  }, 120_000);

  it('hold when the server purges its tombstones', () => {
    expect(violationsOf('purging', { ...calm, purges: true })).toEqual([]);
  }, 120_000);

  it('hold when a device is put back to its backup', () => {
    expect(violationsOf('copying', { ...calm, copies: true })).toEqual([]);
  }, 120_000);

  it('hold when the server is put back to its backup', () => {
    expect(violationsOf('restoring', { ...calm, restores: true })).toEqual([]);
  }, 120_000);
});
