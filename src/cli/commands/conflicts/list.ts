import type { Conflict } from '../../../core/merge/conflict.ts';
import { type Leaf, textAt } from '../../command.ts';
import { counted } from '../../counted.ts';
import { exit } from '../../exit.ts';
import { formatMoment } from '../../moment.ts';
import { readSource } from '../../open-source.ts';

/** `conflicts list`: the open questions, one line each. */
export const list: Leaf = {
  shape: (command) => command.argument('<file>', 'the device'),
  examples: [['conflicts list phone.db', 'prints what waits for a decision']],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const found = readSource(file, (rows) => rows.scan('conflicts'));
    const { output } = invocation;
    output.result({ conflicts: found }, () => {
      if (found.length === 0) return ['no open conflicts'];
      const titles = ['row', 'about', 'since', 'id'].map((title) => ({ title, elastic: title === 'row' }));
      const rows = found.map((conflict) => [
        `${conflict.entityType}/${conflict.entityId}`,
        conflictAbout(conflict),
        formatMoment(conflict.openedAt),
        conflict.changeId,
      ]);
      return [
        ...output.table(titles, rows),
        `${counted(found.length, 'conflict')} to decide: guras-sync conflicts show ${file} ROW`,
      ];
    });
    return exit.ok;
  },
};

/** What a conflict is about, in a few words. */
export function conflictAbout({ kind, fields, deletedBy }: Conflict): string {
  const names = fields.map(({ name }) => name).join(', ');
  if (kind === 'delete') return deletedBy === 'mine' ? 'deleted here, edited there' : 'edited here, deleted there';
  return kind === 'invalid' ? `the merge breaks a rule: ${names}` : names;
}
