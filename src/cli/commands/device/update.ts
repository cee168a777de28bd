import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import { collect, type Leaf, textAt, textsOption } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { usageError } from '../../exit.ts';
import { entityTypeNamed, fieldIncrements } from '../../field-values.ts';
import { tellWritten } from '../../written.ts';
import { dataGiven } from './create.ts';

/** `device update`: new values of some fields of a row, and increments of its counters. */
export const update: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('<type>', 'entity type, like meditation')
      .argument('<id>', 'id of the row')
      .option('--set <field=value>', 'value of a field; may be repeated', collect)
      .option('--add <counter=number>', 'what to add to a counter; may be repeated', collect)
      .option('--data <json>', 'field values as a JSON object, - for standard input'),
  examples: [
    ['device update phone.db meditation s1 --set rating=5 --set notes=calm', 'rates a session'],
    ['device update phone.db meditationStats me --add totalSessions=1', 'counts one more session'],
  ],
  run: async (invocation) => {
    const type = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const entityId = textAt(invocation, 2);
    const set = await dataGiven(invocation, type);
    const add = fieldIncrements(type, textsOption(invocation, 'add'));
    if (Object.keys(set).length + Object.keys(add).length === 0) {
      throw usageError('nothing to update is named', 'add --set FIELD=VALUE, --add COUNTER=NUMBER or --data JSON');
    }
    const edit = { action: 'update', entityType: type.name, entityId } as const;
    const file = textAt(invocation, 0);
    const outcome = await withDevice({ file, command: 'device update' }, (device) =>
      device.write({
        ...edit,
        ...(Object.keys(set).length > 0 ? { set } : {}),
        ...(Object.keys(add).length > 0 ? { add } : {}),
      }),
    );
    const key = `${type.name}/${entityId}`;
    return tellWritten(outcome, { file, output: invocation.output, subject: `update ${key}`, done: `updated ${key}` });
  },
};
