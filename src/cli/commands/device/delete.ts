import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import { type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { entityTypeNamed } from '../../field-values.ts';
import { tellWritten } from '../../written.ts';

/** `device delete`: deletes a row here, and at the server with the next sync. `device undo` takes it back. */
export const deleteRow: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('<type>', 'entity type, like meditation')
      .argument('<id>', 'id of the row'),
  examples: [['device delete phone.db meditation s1', 'deletes a session']],
  run: async (invocation) => {
    const type = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const entityId = textAt(invocation, 2);
    const file = textAt(invocation, 0);
    const outcome = await withDevice({ file, command: 'device delete' }, (device) =>
      device.write({ action: 'delete', entityType: type.name, entityId }),
    );
    const key = `${type.name}/${entityId}`;
    return tellWritten(outcome, { file, output: invocation.output, subject: `delete ${key}`, done: `deleted ${key}` });
  },
};
