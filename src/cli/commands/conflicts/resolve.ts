import type { Choice } from '../../../core/merge/conflict.ts';
import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { collect, type Invocation, type Leaf, textAt, textOption, textsOption } from '../../command.ts';
import { conflictNamed } from '../../conflict-named.ts';
import { withDevice } from '../../device-session.ts';
import { usageError } from '../../exit.ts';
import { entityTypeNamed, fieldValues, objectIn } from '../../field-values.ts';
import { tellWritten } from '../../written.ts';

/** `conflicts resolve`: the decision of a person; durable here, and sent with the next sync. */
export const resolve: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('<conflict>', 'id of the change, or the row as type/id')
      .option('--keep <side>', 'mine or theirs')
      .option('--set <field=value>', 'decide a field by a value of your own; may be repeated', collect)
      .option('--data <json>', 'values of your own as a JSON object, - for standard input'),
  examples: [
    ['conflicts resolve phone.db meditation/s1 --keep mine', "keeps this device's values"],
    ['conflicts resolve phone.db meditation/s1 --set notes="calm and clear"', 'decides with values of your own'],
  ],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const conflict = conflictNamed(file, textAt(invocation, 1));
    const choice = await choiceGiven(invocation, conflict.entityType);
    const outcome = await withDevice({ file, command: 'conflicts resolve' }, (device) =>
      device.resolveConflict(conflict.changeId, choice),
    );
    const row = `${conflict.entityType}/${conflict.entityId}`;
    return tellWritten(outcome, { file, output: invocation.output, subject: `resolve ${row}`, done: `decided ${row}` });
  },
};

async function choiceGiven(invocation: Invocation, entityType: string): Promise<Choice> {
  const keep = textOption(invocation, 'keep');
  const values = await valuesGiven(invocation, entityType);
  if ((keep === undefined) === (values === null)) {
    throw usageError('one decision is needed', 'give --keep mine, --keep theirs, or values with --set or --data');
  }
  if (values !== null) return { keep: 'merge', values };
  if (keep === 'mine' || keep === 'theirs') return { keep };
  throw usageError(`--keep ${keep}: there is no such side`, 'sides: mine, theirs');
}

async function valuesGiven(invocation: Invocation, entityType: string): Promise<JsonObject | null> {
  const data = textOption(invocation, 'data');
  const pairs = textsOption(invocation, 'set');
  if (data === undefined && pairs.length === 0) return null;
  const whole =
    data === undefined ? {} : objectIn(data === '-' ? await invocation.terminal.readStdin() : data, '--data');
  return { ...whole, ...fieldValues(entityTypeNamed(gurasRegistry, entityType), pairs) };
}
