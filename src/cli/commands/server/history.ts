import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import { historyAnswerSchema } from '../../../core/protocol/messages.ts';
import { type Leaf, textAt } from '../../command.ts';
import { exit, notThere } from '../../exit.ts';
import { entityTypeNamed } from '../../field-values.ts';
import { addStoreOption, answerFor, withDesk } from '../../server-desk.ts';
import { versionTable } from '../../version-lines.ts';

/** `server history`: the versions of a row, with what was lost. */
export const history: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command
      .argument('<user>', 'the user')
      .argument('<type>', 'entity type, like meditation')
      .argument('<id>', 'id of the row');
  },
  examples: [['server history --store sqlite:server.db ana meditation s1', 'prints every version that is kept']],
  run: async (invocation) => {
    const [user, id] = [textAt(invocation, 0), textAt(invocation, 2)];
    const { name } = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const body = () => ({ path: [name, id] });
    const answer = await withDesk(invocation, (desk) => answerFor(desk, { name: 'history', user, body }));
    const { versions } = historyAnswerSchema.parse(answer);
    if (versions.length === 0) throw notThere(`${user} never had a row ${name}/${id}`);
    invocation.output.result({ user, entityType: name, entityId: id, versions }, () =>
      versionTable(versions, invocation.output),
    );
    return exit.ok;
  },
};
