import type { EntityKey } from '../../core/ids.ts';
import type { Bench } from '../bench.ts';
import { type ChangeBody, session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import type { ProbeDevice } from '../probe-device.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'groups';

/** Items that take effect together or not at all. */
export const groups: readonly Probe[] = [
  {
    claim: 'a-whole-group-applies-together',
    says: 'All items of a sound, complete group are applied.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const items = pair(bench, [device.create(bench.key(), session()), device.create(bench.key(), session())]);
      const verdicts = await device.push(...items);
      for (const item of items)
        checkVerdict(verdicts.of(item), { status: 'applied', of: 'an item of a sound group', row: item });
    },
  },
  {
    claim: 'an-incomplete-group-is-rejected',
    says: 'A group of which not all items are in the request is `rejected` `group_incomplete`, and has no effect.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const group = { group: bench.name('group'), groupSize: 3 };
      const items = [device.create(bench.key(), session(), group), device.create(bench.key(), session(), group)];
      const verdicts = await device.push(...items);
      for (const item of items) {
        checkVerdict(verdicts.of(item), {
          status: 'rejected',
          codes: ['group_incomplete'],
          of: 'an item of two of a group of 3',
          row: item,
        });
        await checkMissing(device, item);
      }
    },
  },
  {
    claim: 'a-clash-in-a-group-stops-all-of-it',
    says: 'One clash makes all items of the group `conflict` (siblings `group_conflict`); none has an effect.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key } = await bench.madeRow(device);
      const [sound, clashing] = pair(bench, [device.create(bench.key(), session()), device.create(key, session())]);
      const verdicts = await device.push(sound, clashing);
      checkVerdict(verdicts.of(clashing), { status: 'conflict', of: 'the item that clashes', row: clashing });
      checkVerdict(verdicts.of(sound), {
        status: 'conflict',
        codes: ['group_conflict'],
        of: 'its sibling',
        row: sound,
      });
      await checkMissing(device, sound);
    },
  },
  {
    claim: 'a-refusal-in-a-group-stops-all-of-it',
    says: 'One rejected item makes all items of the group `rejected` (siblings `group_rejected`); none has an effect.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const bad = device.create(bench.key(), session({ rating: 7 }));
      const [sound, wrong] = pair(bench, [device.create(bench.key(), session()), bad]);
      const verdicts = await device.push(sound, wrong);
      checkVerdict(verdicts.of(wrong), { status: 'rejected', of: 'the item with a rating of 7', row: wrong });
      checkVerdict(verdicts.of(sound), {
        status: 'rejected',
        codes: ['group_rejected'],
        of: 'its sibling',
        row: sound,
      });
      await checkMissing(device, sound);
    },
  },
  {
    claim: 'a-group-that-waits-stores-nothing',
    says: 'If one item of a group must wait, all answer `retry`, and nothing is stored; the group applies when the wait is over.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const first = device.create(bench.key(), session());
      const waiting = device.create(bench.key(), session(), { dependsOn: [first.id] });
      const items = pair(bench, [device.create(bench.key(), session()), waiting]);
      const early = await device.push(...items);
      for (const item of items)
        checkVerdict(early.of(item), { status: 'retry', of: 'an item of a group that waits', row: item });
      await checkMissing(device, items[0]);
      (await device.push(first)).version(first);
      const late = await device.push(...items);
      for (const item of items)
        checkVerdict(late.of(item), { status: 'applied', of: 'the group after its wait', row: item });
    },
  },
];

function pair(bench: Bench, [first, second]: readonly [ChangeBody, ChangeBody]): readonly [ChangeBody, ChangeBody] {
  const group = { group: bench.name('group'), groupSize: 2 };
  return [
    { ...first, ...group },
    { ...second, ...group },
  ];
}

async function checkMissing(device: ProbeDevice, key: EntityKey): Promise<void> {
  const row = await device.row(key);
  check(row === undefined, { expected: 'no row of the group', saw: row, row: key });
}
