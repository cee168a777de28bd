import { brandId, type UserId } from '../../../core/ids.ts';
import { eraseAnswerSchema } from '../../../core/protocol/messages.ts';
import { readmitUser } from '../../../server/operator.ts';
import { type Invocation, isOn, type Leaf, textAt } from '../../command.ts';
import { confirmed } from '../../confirmed.ts';
import { type ExitCode, exit, notThere } from '../../exit.ts';
import { formatMoment } from '../../moment.ts';
import { addStoreOption, answerFor, withDesk } from '../../server-desk.ts';

/** `server erase`: all data of a user goes; their devices wipe themselves when they next ask. */
export const erase: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command
      .argument('<user>', 'the user')
      .option('--confirm <user>', 'the name of the user again, to go on without asking')
      .option('--readmit', 'let an erased user begin anew');
  },
  examples: [
    ['server erase --store sqlite:server.db ana --confirm ana', 'takes away rows, history and devices of ana for good'],
    ['server erase --store sqlite:server.db ana --readmit', 'lets ana begin anew'],
  ],
  run: async (invocation) => {
    const user = textAt(invocation, 0);
    if (isOn(invocation, 'readmit')) return readmit(invocation, user);
    await confirmed({ about: `all data of ${user} will be gone for good`, word: user }, invocation);
    const answer = await withDesk(invocation, (desk) => answerFor(desk, { name: 'erase', user }));
    const { erasedAt } = eraseAnswerSchema.parse(answer);
    invocation.output.result({ user, erasedAt }, () => [
      `erased ${user} at ${formatMoment(erasedAt)}: every device of theirs wipes itself when it next asks`,
    ]);
    return exit.ok;
  },
};

async function readmit(invocation: Invocation, user: string): Promise<ExitCode> {
  const wasErased = await withDesk(invocation, (desk) => readmitUser(desk, brandId<UserId>(user)));
  if (!wasErased) throw notThere(`${user} is not erased`);
  invocation.output.result({ user, readmitted: true }, () => [`${user} may begin anew`]);
  return exit.ok;
}
