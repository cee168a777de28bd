import type { Mutant } from '../mutant.ts';

/** Defects of what is pure: queue, merge rules, clocks. */
export const queueAndMergeDefects: readonly Mutant[] = [
  {
    name: 'edit-coalesced-into-one-in-flight',
    file: 'src/core/queue/order.ts',
    old: 'return item.sent && item.verdict === null && item.settledAt === null;',
    new: 'return false;',
  },
  {
    name: 'set-merged-without-its-base',
    file: 'src/core/merge/rules/set.ts',
    old: "return { take: 'merged', value: merged.map(([, member]) => member) };",
    new: "return { take: 'server' };",
  },
  {
    name: 'whole-record-merged',
    file: 'src/core/merge/resolve.ts',
    old: "if (sameJson(seen.server, seen.base)) return 'local';",
    new: "if (sameJson(seen.server, seen.base)) return 'server';",
  },
  {
    name: 'successor-sent-beside-the-change-before-it',
    file: 'src/core/queue/order.ts',
    old: "if (isIncrement(later)) return isRevival(earlier) || earlier.action === 'DELETE';\n  return true;",
    new: "if (isIncrement(later)) return isRevival(earlier) || earlier.action === 'DELETE';\n  return false;",
  },
  {
    name: 'joined-edit-keeps-the-first-value',
    file: 'src/core/queue/coalesce.ts',
    old: 'data: { ...(last.data ?? {}), ...(next.data ?? {}) },',
    new: 'data: { ...(next.data ?? {}), ...(last.data ?? {}) },',
  },
  {
    name: 'clash-ends-with-the-earlier',
    file: 'src/core/merge/rules/latest.ts',
    old: "aheadMs > clash.simultaneityMs ? 'local' : 'server'",
    new: "aheadMs > clash.simultaneityMs ? 'server' : 'local'",
  },
  {
    name: 'smaller-number-wins',
    file: 'src/core/merge/rules/extreme.ts',
    old: "better(local, server) ? 'local' : 'server'",
    new: "better(local, server) ? 'server' : 'local'",
  },
];
