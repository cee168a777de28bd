import { devicesAnswerSchema } from '../../../core/protocol/messages.ts';
import { type Leaf, textAt } from '../../command.ts';
import { exit } from '../../exit.ts';
import { formatMoment } from '../../moment.ts';
import { addStoreOption, answerFor, withDesk } from '../../server-desk.ts';

/** `server devices`: the devices that a user registered. */
export const devices: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command.argument('<user>', 'the user');
  },
  examples: [['server devices --store sqlite:server.db ana', 'prints when each was seen, and how far it lags']],
  run: async (invocation) => {
    const user = textAt(invocation, 0);
    const { output } = invocation;
    const answer = await withDesk(invocation, (desk) => answerFor(desk, { name: 'devices', user }));
    const { devices: found } = devicesAnswerSchema.parse(answer);
    output.result({ user, devices: found }, () => {
      if (found.length === 0) return [`no device of ${user} is registered`];
      const titles = ['device', 'registered', 'last seen', 'lag', 'app', 'schema'].map((title) => ({ title }));
      const rows = found.map(({ deviceId, registeredAt, lastSeenAt, cursorLag, appVersion, schemaVersion }) => [
        deviceId,
        formatMoment(registeredAt),
        formatMoment(lastSeenAt),
        String(cursorLag ?? ''),
        appVersion ?? '',
        String(schemaVersion ?? ''),
      ]);
      return output.table(titles, rows);
    });
    return exit.ok;
  },
};
