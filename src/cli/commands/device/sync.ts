import { gurasRegistry } from '../../../core/model/entities/registry.ts';
import type { Status } from '../../../core/sync/status.ts';
import type { Device, SyncOutcome } from '../../../engine/device.ts';
import type { StorageError } from '../../../ports/storage.ts';
import { collect, type Invocation, isOn, type Leaf, textAt, textsOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withLine } from '../../device-session.ts';
import { type ExitCode, exit, exitAfter, usageError, worldError } from '../../exit.ts';
import { entityTypeNamed } from '../../field-values.ts';
import type { Output } from '../../output.ts';
import { addServerOptions, serverOf } from '../../server-line.ts';
import { attentionLines } from '../../status-lines.ts';
import { unlessStopped } from '../../stop-wish.ts';

/** `device sync`: pulls and pushes once, to the end. Open questions to a person do not make it fail. */
export const sync: Leaf = {
  shape: (command) => {
    command
      .argument('<file>', 'the device')
      .option('--type <type>', 'only this entity type; may be repeated', collect)
      .option('--push-only', 'send changes, take none')
      .option('--pull-only', 'take changes, send none')
      .option('--repair', 'pull every row anew first; the queue is kept');
    addServerOptions(command);
  },
  examples: [
    ['device sync phone.db --server http://127.0.0.1:8080', 'exchanges all changes'],
    ['device sync phone.db --type meditation --server http://127.0.0.1:8080', 'exchanges sessions only'],
  ],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const server = serverOf(invocation);
    const request = requestOf(invocation);
    const { openLine } = await import('../../open-line.ts');
    const transport = await openLine(server, { file, terminal: invocation.terminal });
    const storage = storageFailure();
    const session = { file, transport, command: 'device sync', automatic: false, onStorageFailure: storage.fail };
    return withLine(session, async (device) => {
      if (isOn(invocation, 'repair')) await device.repair();
      const ended = await unlessStopped(invocation.terminal, () => Promise.race([request(device), storage.failed]));
      if (typeof ended === 'string') return exitAfter(ended);
      const status = await device.status();
      if (!ended.ok) throw failed({ file, url: server.url, outcome: ended, status });
      return tell({ file, outcome: ended, status, output: invocation.output });
    });
  },
};

/** The engine waits for a file that can't be written to recover; a command that runs once says so and ends. */
function storageFailure(): { readonly failed: Promise<never>; readonly fail: (failure: StorageError) => void } {
  let fail: (failure: StorageError) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  // It may fail before or after anybody races against it.
  failed.catch(() => undefined);
  return { failed, fail };
}

type Request = (device: Device) => Promise<SyncOutcome>;

function requestOf(invocation: Invocation): Request {
  const types = textsOption(invocation, 'type').map((name) => entityTypeNamed(gurasRegistry, name).name);
  const [push, pull] = [isOn(invocation, 'pushOnly'), isOn(invocation, 'pullOnly')];
  if (Number(push) + Number(pull) + Number(types.length > 0) > 1) {
    throw usageError('--type, --push-only and --pull-only exclude each other', 'give one of them');
  }
  if (push) return (device) => device.syncPendingChanges();
  if (pull) return (device) => device.pull();
  return types.length === 0 ? (device) => device.syncAll() : (device) => oneByOne(device, types);
}

async function oneByOne(device: Device, types: readonly string[]): Promise<SyncOutcome> {
  let [pushed, pulled] = [0, 0];
  for (const type of types) {
    const outcome = await device.syncEntity(type);
    if (!outcome.ok) return outcome;
    pushed += outcome.pushed;
    pulled += outcome.pulled;
  }
  return { ok: true, pushed, pulled };
}

function failed(about: {
  readonly file: string;
  readonly url: string;
  readonly outcome: Extract<SyncOutcome, { ok: false }>;
  readonly status: Status;
}): Error {
  const { file, url, outcome, status } = about;
  const remedies: Readonly<Record<string, string>> = {
    paused: `allow requests again: guras-sync device online ${file}`,
    'needs-auth': 'give a token of this user: --token-file FILE, or GURAS_TOKEN',
    'update-required': 'the server asks for a newer guras-sync',
    'lease-held': 'another process syncs this device; edits made here are sent by it',
    erased: 'the data of this user was erased at the server',
  };
  const kept = Object.values(status.items).reduce((sum, count) => sum + count, 0);
  const remedy = remedies[outcome.phase] ?? 'check the address and that the server runs (guras-sync serve)';
  const queue = kept === 0 ? 'nothing is queued' : `the queue keeps ${counted(kept, 'change')}`;
  return worldError(`${file} could not sync with ${url}: ${outcome.reason}`, `${remedy}; ${queue}`);
}

function tell(about: {
  readonly file: string;
  readonly outcome: Extract<SyncOutcome, { ok: true }>;
  readonly status: Status;
  readonly output: Output;
}): ExitCode {
  const { file, outcome, status, output } = about;
  const { pushed, pulled } = outcome;
  const { items, conflicts, quarantined, synced } = status;
  output.result({ file, pushed, pulled, synced, items, conflicts, quarantined }, () => [
    `pushed ${counted(pushed, 'change')}, pulled ${counted(pulled, 'row')}${synced ? ': synced' : ''}`,
    ...attentionLines(status, file),
  ]);
  return exit.ok;
}
