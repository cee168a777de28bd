import { exportAnswerSchema } from '../../../core/protocol/messages.ts';
import { type Leaf, textAt, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { exit } from '../../exit.ts';
import { addStoreOption, answerFor, withDesk } from '../../server-desk.ts';
import { writeWhole } from '../../write-whole.ts';

/** `server export`: everything that is kept of a user, as the user gets it from `GET /api/users/me/export`. */
export const exportUser: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command.argument('<user>', 'the user').option('--out <file>', 'the file to write (default: standard output)');
  },
  examples: [
    ['server export --store sqlite:server.db ana --out ana.json', 'writes the rows, versions and devices of ana'],
  ],
  run: async (invocation) => {
    const user = textAt(invocation, 0);
    const json = await withDesk(invocation, (desk) => answerFor(desk, { name: 'export', user }));
    const text = `${JSON.stringify(json, null, 2)}\n`;
    const file = textOption(invocation, 'out');
    if (file === undefined) {
      invocation.output.raw(text);
      return exit.ok;
    }
    const { rows, history, devices } = exportAnswerSchema.parse(json);
    writeWhole(file, text);
    const count = Object.values(rows).reduce((sum, { length }) => sum + length, 0);
    const counts = { rows: count, versions: history.length, devices: devices.length };
    invocation.output.result({ user, file, ...counts }, () => [
      `wrote ${file}: ${counted(count, 'row')}, ${counted(history.length, 'version')} and ${counted(devices.length, 'device')} of ${user}`,
    ]);
    return exit.ok;
  },
};
