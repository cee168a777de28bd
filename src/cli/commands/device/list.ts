import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import type { VisibleRow } from '../../../core/sync/status.ts';
import type { Query } from '../../../engine/device.ts';
import { canonicalJson } from '../../../lib/json.ts';
import { collect, type Invocation, type Leaf, textAt, textsOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withDevice } from '../../device-session.ts';
import { exit, usageError } from '../../exit.ts';
import { entityTypeNamed, fieldValues } from '../../field-values.ts';
import type { Output } from '../../output.ts';
import { wholeNumber } from '../../whole-number.ts';

/** `device list`: the rows of one type or of all, as the user sees them. */
export const list: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('[type]', 'entity type (default: all)')
      .option('--where <field=value>', 'only rows with this value; may be repeated', collect)
      .option('--limit <count>', 'at most so many rows of each type', wholeNumber(1, 1_000_000_000)),
  examples: [
    ['device list phone.db meditation', 'prints the sessions'],
    ['device list phone.db quotes --where favourite=true --limit 10', 'prints ten favourite quotes'],
  ],
  run: async (invocation) => {
    const asked = queries(invocation);
    const file = textAt(invocation, 0);
    const rows = await withDevice({ file, command: 'device list', readonly: true }, async (device) => {
      const found: VisibleRow[] = [];
      for (const query of asked) found.push(...(await device.query(query)));
      return found;
    });
    invocation.output.result({ rows }, () => rowLines(rows, invocation.output));
    return exit.ok;
  },
};

function queries(invocation: Invocation): readonly Query[] {
  const limit = invocation.options.limit as number | undefined;
  const bounds = limit === undefined ? {} : { limit };
  const where = textsOption(invocation, 'where');
  const typeName = invocation.args[1] as string | undefined;
  if (typeName !== undefined) {
    const type = entityTypeNamed(gurasRegistry, typeName);
    return [{ entityType: type.name, where: fieldValues(type, where), ...bounds }];
  }
  if (where.length > 0) throw usageError('--where needs a type', 'name the entity type after the file');
  return [...gurasRegistry.types.keys()].map((entityType) => ({ entityType, ...bounds }));
}

function rowLines(rows: readonly VisibleRow[], output: Output): readonly string[] {
  if (rows.length === 0) return ['no rows'];
  const cells = rows.map((row) => [
    `${row.entityType}/${row.entityId}`,
    row.syncStatus,
    String(row.version),
    canonicalJson(row.data),
  ]);
  const titles = [
    { title: 'row' },
    { title: 'sync' },
    { title: 'version', align: 'right' },
    { title: 'data', elastic: true },
  ] as const;
  return [...output.table(titles, cells), counted(rows.length, 'row')];
}
