import type { StopSignal } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** What `work` gives, or the signal that came first. What was begun is then left to whoever began it. */
export async function unlessStopped<T>(terminal: Terminal, work: () => Promise<T>): Promise<T | StopSignal> {
  let forget = (): void => undefined;
  const stopped = new Promise<StopSignal>((resolve) => {
    forget = terminal.onStop(resolve);
  });
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    forget();
  }
}
