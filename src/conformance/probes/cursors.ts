import { download, session } from '../changes.ts';
import { check, shown } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { checkRefusal, codeOf } from '../problem-check.ts';

const topic = 'paging unstable under writes';

/** What a cursor holds: a position per type, and only that. */
export const cursors: readonly Probe[] = [
  {
    claim: 'a-type-not-asked-for-does-not-move',
    says: 'A pull of one type leaves the positions of the others: their rows come when they are asked for.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const types = { entityTypes: ['meditation', 'audioDownloads'] };
      await device.follow(types);
      const [own, other] = [
        device.create(bench.key(), session()),
        device.create(bench.key('audioDownloads'), download()),
      ];
      const verdicts = await device.push(own, other);
      for (const change of [own, other]) verdicts.version(change);
      await device.follow({ entityTypes: ['meditation'] });
      const rows = await device.follow(types);
      check(
        rows.some(({ entityId }) => entityId === other.entityId),
        { expected: 'the row of the type that was not asked for before', saw: 'it is skipped', row: other },
      );
    },
  },
  {
    claim: 'a-type-new-to-the-cursor-starts-at-the-beginning',
    says: 'A type asked for that the cursor does not hold comes from its first row on.',
    topic,
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const older = device.create(bench.key('audioDownloads'), download());
      (await device.push(older)).version(older);
      await bench.madeRow(device);
      await device.follow({ entityTypes: ['meditation'] });
      const rows = await device.follow({ entityTypes: ['meditation', 'audioDownloads'] });
      check(
        rows.some(({ entityId }) => entityId === older.entityId),
        { expected: 'the older row of the type asked for now', saw: 'it is skipped', row: older },
      );
    },
  },
  {
    claim: 'only-asked-types-come',
    says: '`entityTypes` names the types that are delivered.',
    topic,
    severity: 'minor',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device);
      const rows = await device.everything(['audioDownloads']);
      const strange = rows.find(({ entityType }) => entityType !== 'audioDownloads');
      check(strange === undefined, { expected: 'only audioDownloads', saw: strange?.entityType, row: strange ?? null });
    },
  },
  {
    claim: 'a-cursor-of-nobody-is-refused',
    says: 'A cursor that this server never gave out is 410 `cursor_expired` (or 400), never taken for a position.',
    topic: 'horizon not announced',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      await bench.madeRow(device);
      const { cursor } = await device.pull();
      for (const strange of ['nonsense', `${cursor}x`, 'a'.repeat(8_000), '../../etc/passwd']) {
        const answer = await device.askPull({ cursor: strange });
        checkRefusal(answer, {
          statuses: [410, 400, 422],
          of: `a pull with the cursor ${shown(strange.slice(0, 60))}`,
        });
        const code = codeOf(answer);
        check(answer.status !== 410 || code === null || /^(cursor_expired|epoch_changed)$/.test(code), {
          expected: 'a 410 that sends the device to pull anew',
          saw: code,
        });
      }
    },
  },
  {
    claim: 'since-answers-with-overlap',
    says: 'A pull by `since` brings rows written shortly before that time too.',
    topic: 'clock handling',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const { key } = await bench.madeRow(device);
      const { serverTime } = await device.pull({ entityTypes: ['preferences'] });
      const { changes } = await device.pull({ since: serverTime + 1, limit: 10_000, entityTypes: ['meditation'] });
      check(
        changes.some(({ entityId }) => entityId === key.entityId),
        { expected: 'a row written just before `since`', saw: 'it is left out', row: key },
      );
    },
  },
  {
    claim: 'settled-gives-stored-verdicts',
    says: '`settled` answers each id with its stored verdict, and is silent about an id without one.',
    topic: 'verdicts missing',
    severity: 'critical',
    run: async (bench) => {
      const device = bench.device();
      const { key, changeId } = await bench.madeRow(device);
      const clashing = device.create(key, session());
      const bad = device.create(bench.key(), session({ rating: 7 }));
      const unknown = bench.newId();
      await device.push(clashing, bad);
      const unsettled = [changeId, clashing.id, bad.id, unknown];
      const { settled } = await device.pull({ unsettled, entityTypes: ['meditation'] });
      const said = Object.fromEntries(settled.map(({ id, status }) => [id, status]));
      const wanted = [
        ['the applied change', changeId, 'applied'],
        ['the clash', clashing.id, 'conflict'],
        ['the refused change', bad.id, 'rejected'],
      ] as const;
      for (const [what, id, status] of wanted) {
        check(said[id] === status, {
          expected: `${what} to be settled as ${status}`,
          saw: said[id] ?? 'no verdict',
          row: key,
        });
      }
      check(said[unknown] === undefined, { expected: 'no verdict on an id never sent', saw: said[unknown] });
    },
  },
];
