// The process that one repetition runs in: loads one arm, does one job, answers with the sample.
import type { Arm, LocalWriteJob, Sample, SyncJob } from './arms/arm.ts';
import { peakMemoryBytes } from './memory.ts';

/** What a client process is asked to do. */
export type ClientJob =
  | { readonly work: 'prepare'; readonly job: LocalWriteJob }
  | { readonly work: 'localWrite'; readonly job: LocalWriteJob }
  | { readonly work: 'drain' | 'firstPull' | 'converge'; readonly job: SyncJob };

/** What a process answers: a value, or why there is none. */
export type Reply<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string };

async function run(arm: Arm, wanted: ClientJob): Promise<Sample | null> {
  const sample = await sampleOf(arm, wanted);
  return sample === null ? null : { peakBytes: peakMemoryBytes(), ...sample };
}

async function sampleOf(arm: Arm, wanted: ClientJob): Promise<Sample | null> {
  switch (wanted.work) {
    case 'prepare':
      await arm.prepare(wanted.job);
      return null;
    case 'localWrite':
      return arm.localWrite(wanted.job);
    case 'drain':
    case 'firstPull':
    case 'converge':
      return arm[wanted.work](wanted.job);
  }
}

const { arm } = (await import(process.argv[2] ?? '')) as { readonly arm: Arm };
process.on('message', (message: ClientJob) => {
  void run(arm, message)
    .then((value): Reply<Sample | null> => ({ ok: true, value }))
    .catch(
      (error: unknown): Reply<never> => ({
        ok: false,
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    )
    .then((reply) => process.send?.(reply));
});
process.send?.('ready');
