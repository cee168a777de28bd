import { enrolment, progress, session } from '../changes.ts';
import { check } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkVerdict } from '../verdict-check.ts';

const topic = 'dependencies';

/** Items that wait for another change or row. */
export const waiting: readonly Probe[] = [
  {
    claim: 'a-change-waits-for-what-it-depends-on',
    says: 'While a change named in `dependsOn` has no verdict, the item is `retry` `dependency_failed`; then it is judged.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const first = device.create(bench.key(), session());
      const second = device.create(bench.key(), session(), { dependsOn: [first.id] });
      const early = (await device.push(second)).of(second);
      checkVerdict(early, {
        status: 'retry',
        codes: ['dependency_failed'],
        of: 'a change before the one it depends on',
        row: second,
      });
      check((await device.row(second)) === undefined, {
        expected: 'no effect of a change that waits',
        saw: 'its row',
        row: second,
      });
      (await device.push(first)).version(first);
      checkVerdict((await device.push(second)).of(second), {
        status: 'applied',
        of: 'the same change afterwards',
        row: second,
      });
    },
  },
  {
    claim: 'retry-is-not-stored',
    says: '`retry` is no verdict: a pull that asks for the id says nothing of it.',
    topic: 'verdicts missing',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const change = device.create(bench.key(), session(), { dependsOn: [bench.newId()] });
      checkVerdict((await device.push(change)).of(change), {
        status: 'retry',
        of: 'a change that depends on an unknown one',
      });
      const { settled } = await device.pull({ unsettled: [change.id], entityTypes: ['meditation'] });
      check(settled.length === 0, { expected: 'no verdict on a change that waits', saw: settled, row: change });
    },
  },
  {
    claim: 'a-child-waits-for-its-parent',
    says: 'A row whose parent does not exist yet is `retry` `dependency_failed`; after the parent it applies.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const parent = device.create(bench.key('guidedMeditation'), enrolment(bench.name('program')));
      const child = device.create(bench.key('programProgress'), progress(parent.entityId));
      const early = (await device.push(child)).of(child);
      checkVerdict(early, {
        status: 'retry',
        codes: ['dependency_failed'],
        of: 'a child before its parent',
        row: child,
      });
      (await device.push(parent)).version(parent);
      checkVerdict((await device.push(child)).of(child), { status: 'applied', of: 'the child afterwards', row: child });
    },
  },
  {
    claim: 'a-parent-and-its-child-apply-in-one-push',
    says: 'A parent and its child in one push, in the order of the queue, are both applied.',
    topic,
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const parent = device.create(bench.key('guidedMeditation'), enrolment(bench.name('program')));
      const child = device.create(bench.key('programProgress'), progress(parent.entityId), { dependsOn: [parent.id] });
      const verdicts = await device.push(parent, child);
      checkVerdict(verdicts.of(parent), { status: 'applied', of: 'the parent', row: parent });
      checkVerdict(verdicts.of(child), { status: 'applied', of: 'its child behind it', row: child });
    },
  },
  {
    claim: 'a-child-of-a-deleted-parent-is-rejected',
    says: 'A row whose parent was deleted is `rejected` `parent_gone`.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const parent = device.create(bench.key('guidedMeditation'), enrolment(bench.name('program')));
      const gone = device.remove(parent, (await device.push(parent)).version(parent));
      (await device.push(gone)).version(gone);
      const child = device.create(bench.key('programProgress'), progress(parent.entityId));
      const verdict = (await device.push(child)).of(child);
      checkVerdict(verdict, {
        status: 'rejected',
        codes: ['parent_gone'],
        of: 'a child of a deleted parent',
        row: child,
      });
    },
  },
];
