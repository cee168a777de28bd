import { randomUUID } from 'node:crypto';
import { brandId, type UserId } from '../../../core/ids.ts';
import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import { pushAnswerSchema } from '../../../core/protocol/messages.ts';
import { operatorDevice } from '../../../server/operator.ts';
import { type Leaf, textAt } from '../../command.ts';
import { exit, notThere } from '../../exit.ts';
import { entityTypeNamed } from '../../field-values.ts';
import { addStoreOption, answerFor, withDesk } from '../../server-desk.ts';
import { wholeNumber } from '../../whole-number.ts';

/** `server rollback`: an old version of a row as a new one, which devices then pull. Counters stay as they are. */
export const rollback: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command
      .argument('<user>', 'the user')
      .argument('<type>', 'entity type, like meditation')
      .argument('<id>', 'id of the row')
      .requiredOption('--to <version>', 'a version of server history', wholeNumber(1, Number.MAX_SAFE_INTEGER));
  },
  examples: [['server rollback --store sqlite:server.db ana meditation s1 --to 7', 'writes version 7 as a new one']],
  run: async (invocation) => {
    const [user, entityId] = [textAt(invocation, 0), textAt(invocation, 2)];
    const { name: entityType } = entityTypeNamed(gurasRegistry, textAt(invocation, 1));
    const toVersion = Number(invocation.options.to);
    const row = `${entityType}/${entityId}`;
    const answer = await withDesk(invocation, async (desk) => {
      const againstVersion = await desk.store.transact({ user: brandId<UserId>(user), access: 'read' }, ({ view }) => ({
        value: view.row({ entityType, entityId })?.version ?? 0,
        writes: [],
      }));
      const sender = { deviceId: operatorDevice, registered: false, id: randomUUID() };
      const body = (epoch: string) => ({ ...sender, epoch, entityType, entityId, againstVersion, toVersion });
      return answerFor(desk, { name: 'rollback', user, body });
    });
    const [result] = pushAnswerSchema.parse(answer).results;
    if (result?.status !== 'applied')
      throw notThere(
        `${row} was not rolled back: ${result?.problem?.detail ?? result?.problem?.title ?? result?.status}`,
        `see guras-sync server history … ${user} ${entityType} ${entityId}`,
      );
    invocation.output.result(
      { user, entityType, entityId, toVersion, version: result.version, row: result.row },
      () => [`rolled ${row} of ${user} back to version ${toVersion}: it is version ${result.version} now`],
    );
    return exit.ok;
  },
};
