/** One defect: a text of a source file and what stands there instead. The old text occurs exactly once in the file. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly old: string;
  readonly new: string;
}

/** Defects that random stories must find, by an invariant and not by a crash. */
export const mutants: readonly Mutant[] = [
  {
    name: 'a repeated change is judged again',
    file: 'src/server/decide/judge-candidates.ts',
    old: 'return known === undefined ? settle(',
    new: "return known === undefined || known.status === 'applied' ? settle(",
  },
  {
    name: 'the cursor is saved before its page is taken',
    file: 'src/core/sync/on-pulled.ts',
    old: 'for (const row of answer.changes) if (receive(turn, row)) changed += 1;',
    new: 'for (const row of answer.changes.slice(1)) if (receive(turn, row)) changed += 1;',
  },
  {
    name: 'an edit is coalesced into one in flight',
    file: 'src/core/queue/order.ts',
    old: 'return item.sent && item.verdict === null && item.settledAt === null;',
    new: 'return false;',
  },
  {
    name: 'a failed push is taken for a success',
    file: 'src/core/sync/on-failed.ts',
    old: "    entity.set({ ...(entity.item(id) ?? stored), state: 'unsettled', error });",
    new: '    entity.leave(id);',
  },
  {
    name: 'a set is merged without its base',
    file: 'src/core/merge/rules/set.ts',
    old: "return { take: 'merged', value: merged.map(([, member]) => member) };",
    new: "return { take: 'server' };",
  },
  {
    name: 'a row that changed elsewhere takes all fields of the device back',
    file: 'src/core/merge/resolve.ts',
    old: "if (sameJson(seen.server, seen.base)) return 'local';",
    new: "if (sameJson(seen.server, seen.base)) return 'server';",
  },
  {
    name: 'a change made after is sent beside the one before it',
    file: 'src/core/queue/order.ts',
    old: "if (isIncrement(later)) return isRevival(earlier) || earlier.action === 'DELETE';\n  return true;",
    new: "if (isIncrement(later)) return isRevival(earlier) || earlier.action === 'DELETE';\n  return false;",
  },
  {
    name: 'a refused half holds back all that follows',
    file: 'src/core/sync/launch.ts',
    old: '  endIdleFamilies(turn);\n',
    new: '',
  },
  {
    name: 'a row made anew keeps what it had',
    file: 'src/core/sync/enqueue.ts',
    old: 'const whole = replaces(edit, last) ?',
    new: 'const whole = false && replaces(edit, last) ?',
  },
  {
    name: 'a delete is forgotten by the device',
    file: 'src/core/sync/put-edit.ts',
    old: 'exists: visible !== null,',
    new: 'exists: true,',
  },
  {
    name: 'what is unsettled is not sent again',
    file: 'src/core/sync/batch.ts',
    old: "for (const state of ['unsettled', 'pending'] as const)",
    new: "for (const state of ['pending', 'pending'] as const)",
  },
  {
    name: 'a device sends without a line',
    file: 'src/core/sync/phase.ts',
    old: "if (!state.online) return 'offline';",
    new: '',
  },
  {
    name: 'a stored verdict is forgotten',
    file: 'src/server/decide/judge-candidates.ts',
    old: 'const known = bench.draft.verdict(candidate.id);',
    new: 'const known = undefined as ReturnType<typeof bench.draft.verdict>;',
  },
];
