import { defaultLimits, type Limits } from '../../../core/limits.ts';
import type { Notice } from '../../../core/sync/output.ts';
import { readMeta } from '../../../core/sync/rows.ts';
import type { DevicePhase } from '../../../core/sync/status.ts';
import type { Device } from '../../../engine/device.ts';
import { parseDuration } from '../../../lib/duration.ts';
import type { StorageError } from '../../../ports/storage.ts';
import { printable } from '../../cells.ts';
import { type Invocation, type Leaf, textAt, textOption } from '../../command.ts';
import { counted } from '../../counted.ts';
import { withLine } from '../../device-session.ts';
import { type ExitCode, exit, exitAfter, usageError, worldError } from '../../exit.ts';
import { formatMoment } from '../../moment.ts';
import { readSource } from '../../open-source.ts';
import { addServerOptions, serverOf } from '../../server-line.ts';

/** A server is not asked more often than this, ms. */
const pollMsMin = 100;

/** `device watch`: the device syncs on its own and tells what happens, until it is stopped. */
export const watch: Leaf = {
  shape: (command) => {
    command
      .argument('<file>', 'the device')
      .option('--no-wait', 'end with 4 when another process syncs this device, in place of waiting for it');
    command
      .option('--poll <duration>', 'how often it asks the server for news, like 5s (default: 1m)')
      .option('--no-live', 'only ask; do not let the server tell of changes at once');
    addServerOptions(command);
  },
  examples: [
    ['device watch phone.db --server http://127.0.0.1:8080', 'keeps the phone in sync; edit it from another shell'],
    ['device watch phone.db --server http://127.0.0.1:8080 --json', 'one JSON line per event'],
  ],
  run: async (invocation) => {
    const file = textAt(invocation, 0);
    const limits = limitsOf(invocation);
    const { openLine, openLines } = await import('../../open-line.ts');
    const line = { file, terminal: invocation.terminal };
    const { transport, live } =
      invocation.options.live === false
        ? { transport: await openLine(serverOf(invocation), line), live: null }
        : await openLines(serverOf(invocation), line);
    let said = '';
    const onStorageFailure = ({ message, hint }: StorageError): void => {
      // It is tried again every second: said once, until it is another failure.
      if (message !== said) invocation.output.note(`${message}\n  ${hint}; it is tried again`);
      said = message;
    };
    const session = { file, transport, live, command: 'device watch', automatic: true, limits, onStorageFailure };
    return withLine(session, (device) => watched(device, { file, invocation }));
  },
};

function limitsOf(invocation: Invocation): Limits {
  const poll = textOption(invocation, 'poll');
  if (poll === undefined) return defaultLimits;
  const pollMs = parseDuration(poll);
  if (pollMs !== null && pollMs >= pollMsMin) return { ...defaultLimits, pollMs };
  throw usageError(`--poll ${poll} is no time between pulls`, 'write for example --poll 5s; at least 100ms');
}

interface Watching {
  readonly file: string;
  readonly invocation: Invocation;
}

/** Ends with a signal, when nobody reads the events any more, or when the device is lost to this process. */
function watched(device: Device, watching: Watching): Promise<ExitCode> {
  const { terminal } = watching.invocation;
  return new Promise((resolve, reject) => {
    const teller = new Teller(device, watching);
    const forget = [
      terminal.onStop((signal) => end(() => resolve(exitAfter(signal)))),
      terminal.onReaderGone(() => end(() => resolve(exit.ok))),
      device.listen((notice) => {
        teller.tell(notice).catch((error: unknown) => end(() => reject(error)));
      }),
    ];
    const end = (settle: () => void): void => {
      for (const stop of forget) stop();
      settle();
    };
    teller.begin();
    device.start();
    // Waiting for the lease is no event of the device: it is looked at once the start has been tried.
    teller.tellPhase().catch((error: unknown) => end(() => reject(error)));
  });
}

/** Turns what the device tells into events of the command. */
class Teller {
  readonly #device: Device;
  readonly #watching: Watching;
  #phase: DevicePhase | null = null;
  #isAtWork = false;

  constructor(device: Device, watching: Watching) {
    this.#device = device;
    this.#watching = watching;
  }

  begin(): void {
    this.#event({ type: 'watching', file: this.#watching.file }, `watching ${this.#watching.file}`);
  }

  async tell(notice: Notice): Promise<void> {
    const { kind, ...detail } = notice;
    const text = noticeText(notice, this.#watching.file);
    if (kind !== 'status') this.#event({ type: kind, ...detail }, text);
    if (['status', 'success', 'failed'].includes(kind)) await this.tellPhase();
  }

  /** Tells what the device as a whole does when it is something else than before. */
  async tellPhase(): Promise<void> {
    const { phase, waitingFor, synced } = await this.#device.status();
    const isAtWork = phase === 'idle' || phase === 'syncing';
    // It turns from one to the other with every request: what a request did is told by itself.
    if (phase === this.#phase || (isAtWork && this.#isAtWork)) return;
    [this.#phase, this.#isAtWork] = [phase, isAtWork];
    if (phase === 'lease-held') this.#tellHolder();
    else this.#event({ type: 'phase', phase, waitingFor, synced }, phaseText(phase, waitingFor));
  }

  #tellHolder(): void {
    const { file, invocation } = this.#watching;
    const holder = readSource(file, (rows) => readMeta(rows, 'lease'))?.holder ?? 'another process';
    const message = `${file} is kept in sync by ${holder}`;
    if (invocation.options.wait === false)
      throw worldError(message, 'stop it first, or leave out --no-wait to take over when it ends');
    this.#event({ type: 'phase', phase: 'lease-held', holder }, `${message}; this process takes over when it ends`);
  }

  #event(event: object, text: string | null): void {
    const at = formatMoment(Date.now());
    const { output } = this.#watching.invocation;
    if (output.isJson || text !== null) output.event({ at, ...event }, () => `${at}  ${text ?? ''}`);
  }
}

/** The notice for people; null for what only a script wants to know. */
function noticeText(notice: Notice, file: string): string | null {
  switch (notice.kind) {
    case 'success':
      return `synced: pushed ${counted(notice.pushed, 'change')}, pulled ${counted(notice.pulled, 'row')}`;
    case 'failed':
      return `failed: ${printable(notice.reason)}${notice.willRetry ? ' (will retry)' : ''}`;
    case 'conflict':
      return `conflict in ${rowText(notice)}: guras-sync conflicts show ${file} ${notice.changeId}`;
    case 'parked':
      return `refused ${rowText(notice)} (${notice.code}): guras-sync queue why ${file} ${notice.changeId}`;
    case 'item':
      return `${rowText(notice)}: change ${notice.changeId} is ${notice.state}`;
    default:
      return null;
  }
}

function rowText({ entityType, entityId }: { readonly entityType: string; readonly entityId: string }): string {
  return printable(`${entityType}/${entityId}`);
}

function phaseText(phase: DevicePhase, waitingFor: string | null): string | null {
  // What it backs off from has just been told as a failure.
  if (phase === 'idle' || phase === 'syncing' || phase === 'backing-off') return null;
  return waitingFor === null ? phase : `${phase}: ${printable(waitingFor)}`;
}
