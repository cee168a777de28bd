import { gurasRegistry } from '../core/model/entities/registry.ts';
import type { CallName } from '../core/protocol/paths.ts';
import { readMeta } from '../core/sync/rows.ts';
import type { CallOutcome, Transport } from '../ports/transport.ts';
import { printable } from './cells.ts';
import { type CommandError, worldError } from './exit.ts';
import { openLine } from './open-line.ts';
import { readSource } from './open-source.ts';
import type { ServerAddress } from './server-line.ts';
import type { Terminal } from './terminal.ts';

/** Asks the server one question that changes nothing there, as the device of a file. Gives the answer's body as it came. */
export async function askServer(
  question: { readonly name: CallName; readonly body: (device: AskingDevice) => unknown },
  { server, file, terminal }: { readonly server: ServerAddress; readonly file: string; readonly terminal: Terminal },
): Promise<unknown> {
  const device = readSource(file, (rows) => readMeta(rows, 'device'));
  const asking = { deviceId: String(device?.deviceId), registered: device?.registered ?? false };
  const transport = await openLine(server, { file, terminal });
  try {
    const { schemaVersion } = gurasRegistry;
    const { deviceId } = asking;
    const body = question.body(asking);
    const outcome = await sent(transport, { id: 'ask-1', name: question.name, deviceId, schemaVersion, body });
    if (outcome.kind === 'answer') return outcome.body;
    throw noAnswer(outcome, server.url);
  } finally {
    await transport.close();
  }
}

/** Who asks, as the protocol wants it said. */
export interface AskingDevice {
  readonly deviceId: string;
  readonly registered: boolean;
}

function sent(transport: Transport, call: Parameters<Transport['send']>[0]): Promise<CallOutcome> {
  return new Promise((resolve) => {
    transport.send(call, resolve);
  });
}

function noAnswer(outcome: Exclude<CallOutcome, { kind: 'answer' }>, url: string): CommandError {
  if (outcome.kind === 'problem') {
    const { status, problem } = outcome;
    const why = printable(problem.detail ?? problem.title ?? problem.code);
    return worldError(`${url} refused with status ${status}: ${why}`, `code ${printable(problem.code)}`);
  }
  const remedy =
    outcome.kind === 'unauthenticated'
      ? 'give a token of this user: --token-file FILE, or GURAS_TOKEN'
      : 'check the address and that the server runs (guras-sync serve)';
  return worldError(`${url} gave no answer: ${printable(outcome.detail)}`, remedy);
}
