import type { Mutant } from '../mutant.ts';

/** Defects of how a device pushes, pulls and settles. */
export const syncDefects: readonly Mutant[] = [
  {
    name: 'row-of-a-page-skipped',
    file: 'src/core/sync/on-pulled.ts',
    old: 'for (const row of answer.changes) if (receive(turn, row)) changed += 1;',
    new: 'for (const row of answer.changes.slice(1)) if (receive(turn, row)) changed += 1;',
  },
  {
    name: 'cursor-from-the-push',
    file: 'src/core/sync/on-outcome.ts',
    old: '    acks: server.acks + settled,\n',
    new: `    acks: server.acks + settled,
    cursor:
      server.cursor === null
        ? null
        : (server.cursor.replaceAll(/=(\\d+)/g, (_, held) =>
            '=' + Math.max(Number(held), ...decoded.value.results.map(({ version }) => version ?? 0)),
          ) as typeof server.cursor),
`,
  },
  {
    name: 'tombstone-dropped',
    file: 'src/core/sync/receive.ts',
    old: '  startEra(turn, entity);\n  markSeen(turn, entity);\n  const part = {',
    new: '  startEra(turn, entity);\n  markSeen(turn, entity);\n  if (row.deleted) return false;\n  const part = {',
  },
  {
    name: 'row-merged-while-in-flight',
    file: 'src/core/sync/receive.ts',
    old: 'if (entity.frozen) entity.record = {',
    new: 'if (entity.record.base === null) entity.record = {',
  },
  {
    name: 'held-row-never-merged',
    file: 'src/core/sync/receive.ts',
    old: '    rebase(turn, entity, row);',
    new: '    entity.record = { ...entity.record, theirs: null };',
  },
  {
    name: 'in-flight-not-reset',
    file: 'src/core/sync/lease.ts',
    old: 'seenLease: null });\n  unsettleFlight(turn);\n',
    new: 'seenLease: null });\n',
  },
  {
    name: 'swallowed-500',
    file: 'src/core/sync/on-failed.ts',
    old: "    entity.set({ ...(entity.item(id) ?? stored), state: 'unsettled', error });",
    new: '    entity.leave(id);',
  },
  {
    name: 'base-moved-on-send',
    file: 'src/core/sync/batch.ts',
    old: '    entity.set(handed);\n',
    new: `    entity.set(handed);
    const { base } = entity.record;
    if (base !== null && base.data !== null)
      entity.record = { ...entity.record, base: { ...base, data: { ...base.data, ...(handed.data ?? {}) } } };
`,
  },
  {
    name: 'unsettled-not-sent-again',
    file: 'src/core/sync/batch.ts',
    old: "for (const state of ['unsettled', 'pending'] as const)",
    new: "for (const state of ['pending', 'pending'] as const)",
  },
  {
    name: 'row-written-without-its-queue-item',
    file: 'src/core/sync/enqueue.ts',
    old: '  putItem(turn, item);\n',
    new: "  if (waitsFor === null || item.action !== 'UPDATE') putItem(turn, item);\n",
  },
  {
    name: 'delete-forgotten-by-the-device',
    file: 'src/core/sync/put-edit.ts',
    old: 'exists: visible !== null,',
    new: 'exists: true,',
  },
  {
    name: 'sends-without-a-line',
    file: 'src/core/sync/phase.ts',
    old: "if (!state.online) return 'offline';",
    new: '',
  },
  {
    name: 'sequence-begins-anew',
    file: 'src/core/sync/turn.ts',
    old: "this.setMeta('sequence', { ...sequence, item: sequence.item + 1 });",
    new: "this.setMeta('sequence', { ...sequence, item: (sequence.item + 1) % 9 });",
  },
  {
    name: 'says-synced-while-items-wait',
    file: 'src/core/sync/status-of.ts',
    old: 'Object.values(items).every((count) => count === 0)',
    new: 'items.pending === 0',
  },
];
