import type { ChildProcess } from 'node:child_process';
import { forkWorker } from '../live/fork-worker.ts';
import type { StoryResult } from './campaign.ts';
import type { DrawOptions } from './draw-story.ts';
import type { Job } from './seed-list.ts';

/** What a crew works on. */
export interface CrewWork {
  /** Gives the next run for a player, numbered from 0, or null when there is none: the campaign is over for them. */
  readonly next: (player: number) => Job | null;
  /** Told of every run, in the order they end. */
  readonly ended: (result: StoryResult, of: { readonly job: Job; readonly player: number }) => void;
  readonly options: DrawOptions;
}

/**
 * Lets so many processes play the seeds that `next` gives, one each at a time. Rejects when a process ends before its
 * run does. All processes are gone when it is settled.
 */
export async function workWithCrew(workers: number, work: CrewWork): Promise<void> {
  const crew = Array.from({ length: workers }, () => forkWorker('explore'));
  try {
    await Promise.all(crew.map((worker, player) => employ(worker, player, work)));
  } finally {
    for (const worker of crew) if (worker.connected) worker.disconnect();
  }
}

function employ(worker: ChildProcess, player: number, { next, ended, options }: CrewWork): Promise<void> {
  return new Promise((resolve, reject) => {
    let job: Job | null = null;
    const give = (): void => {
      job = next(player);
      if (job === null) resolve();
      else worker.send({ seed: job.seed, options });
    };
    worker.on('message', (result) => {
      if (job !== null) ended(result as StoryResult, { job, player });
      give();
    });
    worker.on('error', reject);
    worker.on('exit', (code, signal) => reject(new Error(`a worker ended (${signal ?? `exit code ${code}`})`)));
    give();
  });
}
