import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import type { VisibleRow } from '../../../core/sync/status.ts';
import { canonicalJson } from '../../../lib/json.ts';
import { printable } from '../../cells.ts';
import { type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { exit, notThere } from '../../exit.ts';
import { entityTypeNamed } from '../../field-values.ts';
import { formatMomentOr } from '../../moment.ts';
import type { Output } from '../../output.ts';

/** `device get`: one row as the user sees it, with its sync state. */
export const get: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('<type>', 'entity type, like meditation')
      .argument('<id>', 'id of the row'),
  examples: [
    ['device get phone.db meditation s1', 'prints a session'],
    ['device get phone.db meditation s1 --json', 'the same for a script'],
  ],
  run: async (invocation) => {
    const [file, entityId] = [textAt(invocation, 0), textAt(invocation, 2)];
    const { name } = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const row = await withDevice({ file, command: 'device get', readonly: true }, (device) =>
      device.get(name, entityId),
    );
    if (row === null)
      throw notThere(`${file} has no ${name}/${entityId}`, `see: guras-sync device list ${file} ${name}`);
    invocation.output.result(row, () => rowLines(row, invocation.output));
    return exit.ok;
  },
};

function rowLines(row: VisibleRow, output: Output): readonly string[] {
  const fields = Object.keys(row.data)
    .sort()
    .map((name) => [name, canonicalJson(row.data[name] ?? null)]);
  const tried = row.retryCount > 0 ? `, tried ${row.retryCount} times` : '';
  const seen = formatMomentOr(row.lastSyncedAt, 'never');
  return [
    `${printable(`${row.entityType}/${row.entityId}`)}  ${row.syncStatus}${tried}, version ${row.version}, last synced ${seen}`,
    ...output.table([{ title: 'field' }, { title: 'value', elastic: true }], fields),
  ];
}
