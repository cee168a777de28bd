import { readdirSync, readFileSync } from 'node:fs';

/** What some work took: time, and work of processors. */
export interface Spent {
  readonly ms: number;
  readonly cpuMs: number;
}

/** What work takes, processors counted in the processes named and their children: other work of the machine does not show. */
export async function spending(pids: readonly number[], work: () => Promise<unknown>): Promise<Spent> {
  const [from, before] = [performance.now(), cpuMsOf(pids)];
  await work();
  return { ms: performance.now() - from, cpuMs: cpuMsOf(pids) - before };
}

/** Linux counts in hundredths of a second. Ended children count where they were waited for. */
function cpuMsOf(pids: readonly number[]): number {
  let ticks = 0;
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const fields = statOf(name);
    const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map((at) =>
      Number(fields[at]),
    );
    const isNamed = pids.includes(Number(name));
    if (isNamed || pids.includes(parent)) ticks += user + system;
    if (isNamed) ticks += endedUser + endedSystem;
  }
  return ticks * 10;
}

/** The fields of a process's line behind its name. */
function statOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  } catch {
    return [];
  }
}
