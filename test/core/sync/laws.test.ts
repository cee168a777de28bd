import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brandId } from '../../../src/core/ids.ts';
import { CoreFleet, kinds } from './core-fleet.ts';

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
