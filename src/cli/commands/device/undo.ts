import { type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { notThere } from '../../exit.ts';
import { itemNamed } from '../../item-named.ts';
import { readSource } from '../../open-source.ts';
import { tellWritten } from '../../written.ts';

/** `device undo`: takes a change back, out of the queue when unsent, by an inverse change when sent. */
export const undo: Leaf = {
  shape: (command) =>
    command.argument('<file>', 'the device').argument('<change>', 'id of the change, or its number in the queue'),
  examples: [['device undo phone.db 3', 'takes change 3 of the queue back']],
  run: async (invocation) => {
    const [file, name] = [textAt(invocation, 0), textAt(invocation, 1)];
    // A change that has left the queue can be undone as well: then its id is taken as it is.
    const changeId = readSource(file, (rows) => itemNamed(rows, name))?.id ?? name;
    const outcome = await withDevice({ file, command: 'device undo' }, (device) => device.undo(changeId));
    if (!outcome.ok && outcome.problem.code === 'not_found') {
      throw notThere(`${file} has no change ${name}`, `see: guras-sync queue list ${file}`);
    }
    return tellWritten(outcome, {
      file,
      output: invocation.output,
      subject: `undo ${name}`,
      done: `undone ${changeId}`,
    });
  },
};
