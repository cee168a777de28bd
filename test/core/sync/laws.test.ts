import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brandId } from '../../../src/core/ids.ts';
import { row } from './core-answers.ts';
import { CoreDevice } from './core-device.ts';
import { CoreFleet, kinds } from './core-fleet.ts';

const later = { other: '1900000000000-0000-tablet' };
const runs = Number(process.env.LAW_RUNS ?? 40);

describe('random orders of events on the pure core', () => {
  it('keep laws 1 to 7 at every step, and end with one state everywhere', () => {
    let settled = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(9_999), { minLength: 60, maxLength: 400 }), (draws) => {
        const fleet = new CoreFleet(draws);
        while (fleet.goesOn) fleet.act();
        fleet.settle();
        expect(fleet.watch.violations).toEqual([]);
        const [phone, tablet] = fleet.devices;
        expect(fleet.devices.map(({ status }) => status.synced)).toEqual([true, true]);
        for (const type of kinds) expect(phone?.digest(type)).toEqual(tablet?.digest(type));
        const effects = fleet.store.read(() => [...fleet.store.user(brandId('ana')).effects()]);
        expect(effects.filter(([, count]) => count > 1)).toEqual([]);
        settled += effects.length;
      }),
      {
        numRuns: runs,
        endOnFailure: true,
        ...(process.env.LAW_SEED === undefined
          ? {}
          : { seed: Number(process.env.LAW_SEED), path: process.env.LAW_PATH ?? '' }),
      },
    );
    expect(settled).toBeGreaterThan(runs);
  }, 60_000);
});

describe('a change whose answer was lost (law 5)', () => {
  it.each(['latest', 'server', 'max', 'set', 'ask', 'deleteWins', 'editWins', 'deleteAsk', 'counter'])(
    'goes again as it was, though a newer row of %s and a later edit came meanwhile',
    (type) => {
      const device = new CoreDevice().begin().withRows(row(`${type}/a`, 3, { other: 'old' }));
      device.update(type, 'a', { other: 'mine' });
      device.request('push');
      const first = device.pushed;
      device.restart();
      device.update(type, 'a', { other: 'later' });
      device.request('pull');
      device.answerPull({ changes: [row(`${type}/a`, 5, { other: 'theirs' }, { stamps: later })] });
      device.request('push', 'again');
      expect(device.pushed).toEqual(first);
      expect(device.shown(type, 'a')).toMatchObject({ other: 'later' });
    },
  );
});
