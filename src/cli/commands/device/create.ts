import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import type { EntityType } from '../../../core/model/registry.ts';
import type { JsonObject } from '../../../lib/json.ts';
import { collect, type Invocation, type Leaf, textAt, textOption, textsOption } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { entityTypeNamed, fieldValues, objectIn } from '../../field-values.ts';
import { tellWritten } from '../../written.ts';

/** `device create`: a new row, durable and queued. */
export const create: Leaf = {
  shape: (command) =>
    command
      .argument('<file>', 'the device')
      .argument('<type>', 'entity type, like meditation')
      .argument('[id]', 'id of the row (default: drawn)')
      .option('--set <field=value>', 'value of a field; may be repeated', collect)
      .option('--data <json>', 'field values as a JSON object, - for standard input'),
  examples: [
    ['device create phone.db quoteComments c1 --set quoteId=q-001 --set text="so true"', 'writes a comment'],
    ['device create phone.db meditation --data - < session.json', 'creates a session under an id of its own'],
  ],
  run: async (invocation) => {
    const type = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const entityId = invocation.args[2] as string | undefined;
    const data = await dataGiven(invocation, type);
    const named = entityId === undefined ? {} : { entityId };
    const file = textAt(invocation, 0);
    const outcome = await withDevice({ file, command: 'device create' }, (device) =>
      device.write({ action: 'create', entityType: type.name, ...named, data }),
    );
    const subject = `create ${type.name}${entityId === undefined ? '' : `/${entityId}`}`;
    const key = outcome.ok ? outcome.entityId : '';
    return tellWritten(outcome, { file, output: invocation.output, subject, done: `created ${type.name}/${key}` });
  },
};

/** The field values of `--data`, then those of `--set` over them. */
export async function dataGiven(invocation: Invocation, type: EntityType): Promise<JsonObject> {
  const text = textOption(invocation, 'data');
  const fromStdin = text === '-';
  const whole = text === undefined ? {} : objectIn(fromStdin ? await invocation.terminal.readStdin() : text, '--data');
  return { ...whole, ...fieldValues(type, textsOption(invocation, 'set')) };
}
