import { digestAnswerSchema } from '../../../core/protocol/messages.ts';
import type { LocalDigest } from '../../../engine/device.ts';
import { type Invocation, isOn, type Leaf, textAt } from '../../command.ts';
import { withDevice } from '../../device-session.ts';
import { CommandError, type ExitCode, exit, worldError } from '../../exit.ts';
import { addServerOptions, serverOf } from '../../server-line.ts';

/** `device digest`: count and hash per entity type of what was received, and with `--compare` the server's beside it. */
export const digest: Leaf = {
  shape: (command) => {
    command
      .argument('<file>', 'the device')
      .option(
        '--compare',
        "compare with the server's; ends with 1 when they differ, 3 when they can't be compared yet",
      );
    addServerOptions(command);
  },
  examples: [
    ['device digest phone.db', 'prints what the phone holds in short'],
    ['device digest phone.db --compare --server http://127.0.0.1:8080', 'shows that phone and server hold the same'],
  ],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const local = await withDevice({ file, command: 'device digest', readonly: true }, (device) => device.digest());
    return isOn(invocation, 'compare') ? compared(invocation, local) : printed(invocation, local);
  },
};

type Digest = Omit<LocalDigest, 'cursor' | 'epoch'> & { readonly cursor: string | null; readonly epoch: string | null };

function printed({ output }: Invocation, local: Digest): ExitCode {
  output.result(local, () =>
    output.table(
      [{ title: 'type' }, { title: 'rows', align: 'right' }, { title: 'hash' }],
      Object.entries(local.types).map(([type, { count, hash }]) => [type, String(count), hash]),
    ),
  );
  return exit.ok;
}

async function compared(invocation: Invocation, local: Digest): Promise<ExitCode> {
  const file = textAt(invocation, 0);
  if (local.epoch === null || local.cursor === null) throw notComparable(file, 'it has never pulled');
  const remote = await serverDigest(invocation, local);
  if (remote.cursor !== local.cursor) throw notComparable(file, 'the server has changes that it has not pulled');
  const names = [...new Set([...Object.keys(local.types), ...Object.keys(remote.types)])];
  const rows = names.map((type) => ({ type, device: local.types[type] ?? none, server: remote.types[type] ?? none }));
  const differing = rows.filter(({ device, server }) => device.count !== server.count || device.hash !== server.hash);
  const { output } = invocation;
  output.result({ equal: differing.length === 0, device: local, server: remote }, () => [
    ...output.table(
      ['type', 'device', 'server', 'device hash', 'server hash', ''].map((title) => ({ title })),
      rows.map((row) => [
        row.type,
        String(row.device.count),
        String(row.server.count),
        row.device.hash,
        row.server.hash,
        differing.includes(row) ? 'differs' : 'equal',
      ]),
    ),
    differing.length === 0 ? 'device and server hold the same' : 'device and server differ',
  ]);
  return differing.length === 0 ? exit.ok : exit.failed;
}

const none = { count: 0, hash: '' };

async function serverDigest(invocation: Invocation, { epoch }: Digest): Promise<Digest> {
  const [file, server] = [textAt(invocation, 0), serverOf(invocation)];
  const { askServer } = await import('../../ask-server.ts');
  const question = { name: 'digest', body: (device: object) => ({ ...device, epoch }) } as const;
  const answer = digestAnswerSchema.safeParse(
    await askServer(question, { server, file, terminal: invocation.terminal }),
  );
  if (answer.success) return answer.data;
  throw worldError(`${server.url} answered no digest`, 'check that the address is that of a sync server');
}

function notComparable(file: string, why: string): CommandError {
  return new CommandError(exit.inconclusive, `${file} can't be compared: ${why}`, `guras-sync device sync ${file}`);
}
