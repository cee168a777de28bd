import type { ChildProcess } from 'node:child_process';
import { forkWorker } from '../live/fork-worker.ts';
import type { StoryResult } from './campaign.ts';
import type { DrawOptions } from './draw-story.ts';

/** What a crew works on. */
export interface CrewWork {
  /** Gives the next seed, or null when there is none: the campaign is over. */
  readonly next: () => string | null;
  /** Told of every run, in the order they end. */
  readonly ended: (result: StoryResult) => void;
  readonly options: DrawOptions;
}

/**
 * Lets so many processes play the seeds that `next` gives, one each at a time. Rejects when a process ends before its
 * run does. All processes are gone when it is settled.
 */
export async function workWithCrew(workers: number, work: CrewWork): Promise<void> {
  const crew = Array.from({ length: workers }, () => forkWorker('explore'));
  try {
    await Promise.all(crew.map((worker) => employ(worker, work)));
  } finally {
    for (const worker of crew) if (worker.connected) worker.disconnect();
  }
}

function employ(worker: ChildProcess, { next, ended, options }: CrewWork): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (): void => {
      const seed = next();
      if (seed === null) resolve();
      else worker.send({ seed, options });
    };
    worker.on('message', (result) => {
      ended(result as StoryResult);
      give();
    });
    worker.on('error', reject);
    worker.on('exit', (code, signal) => reject(new Error(`a worker ended (${signal ?? `exit code ${code}`})`)));
    give();
  });
}
