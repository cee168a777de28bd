/** How the process ends, as `docs/cli.md` lists it. Signals end it with 128 plus their number. */
export const exit = {
  /** It holds. */
  ok: 0,
  /** A check failed: an expectation, an invariant, a threshold, a finding; or what was asked for is not there. */
  failed: 1,
  /** Wrong usage, an invalid scenario or configuration, a refused edit. */
  usage: 2,
  /** A check never applied, so that nothing is proved. */
  inconclusive: 3,
  /** The world failed: the server is unreachable, a file is unreadable. */
  world: 4,
  /** A bug in the tool. */
  bug: 70,
  interrupted: 130,
  terminated: 143,
} as const;

/** A number of {@link exit}. */
export type ExitCode = (typeof exit)[keyof typeof exit];

/** A signal that asks the process to end. */
export type StopSignal = 'SIGINT' | 'SIGTERM';

/** The exit code after a signal. */
export function exitAfter(signal: StopSignal): ExitCode {
  return signal === 'SIGINT' ? exit.interrupted : exit.terminated;
}

/** An end that people must read: `message` names place and reason, `remedy` what to do. Never a bug. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;
  readonly remedy: string | null;

  constructor(exitCode: ExitCode, message: string, remedy: string | null = null) {
    super(message);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }
}

/** Wrong usage or invalid input (exit code 2). */
export function usageError(message: string, remedy: string | null = null): CommandError {
  return new CommandError(exit.usage, message, remedy);
}

/** The world failed (exit code 4). */
export function worldError(message: string, remedy: string | null = null): CommandError {
  return new CommandError(exit.world, message, remedy);
}

/** What was asked for is not there (exit code 1). */
export function notThere(message: string, remedy: string | null = null): CommandError {
  return new CommandError(exit.failed, message, remedy);
}
