import type { Conflict } from '../../../core/merge/conflict.ts';
import { canonicalJson } from '../../../lib/json.ts';
import { printable } from '../../cells.ts';
import { type Leaf, textAt } from '../../command.ts';
import { conflictNamed } from '../../conflict-named.ts';
import { exit } from '../../exit.ts';
import { formatMoment } from '../../moment.ts';
import type { Output } from '../../output.ts';
import { conflictAbout } from './list.ts';

/** `conflicts show`: both sides of one question, field by field. */
export const show: Leaf = {
  shape: (command) =>
    command.argument('<file>', 'the device').argument('<conflict>', 'id of the change, or the row as type/id'),
  examples: [['conflicts show phone.db meditation/s1', 'prints both versions of the notes']],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const conflict = conflictNamed(file, textAt(invocation, 1));
    invocation.output.result(conflict, () => lines(conflict, { file, output: invocation.output }));
    return exit.ok;
  },
};

function lines(
  conflict: Conflict,
  { file, output }: { readonly file: string; readonly output: Output },
): readonly string[] {
  const row = printable(`${conflict.entityType}/${conflict.entityId}`);
  const sides = conflict.fields.map(({ name, base, mine, theirs }) => [
    name,
    ...[base, mine, theirs].map(canonicalJson),
  ]);
  const titles = ['field', 'before', 'mine', 'theirs'].map((title) => ({ title, elastic: title !== 'field' }));
  return [
    `${row}: ${conflictAbout(conflict)}, open since ${formatMoment(conflict.openedAt)}`,
    ...(sides.length === 0 ? [] : output.table(titles, sides)),
    ...(conflict.theirsData === null ? [] : [`the server's row: ${printable(canonicalJson(conflict.theirsData))}`]),
    `decide: guras-sync conflicts resolve ${file} ${conflict.changeId} --keep mine|theirs, or --set field=value`,
  ];
}
