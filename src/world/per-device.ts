import type { Ledger } from './ledger.ts';

/** Whose data on which device, and how often they were replaced: what is remembered of one says nothing of another. */
export function dataName(ledger: Ledger, device: string, user: string | undefined): string {
  return `${device} ${user} ${ledger.dataOf(device)}`;
}

/** Something that is kept for each device of a run, or for each set of its data, made when it is first asked for. */
export function perDevice<T>(make: () => T): (name: string) => T {
  const all = new Map<string, T>();
  return (name) => {
    const held = all.get(name);
    if (held !== undefined) return held;
    const made = make();
    all.set(name, made);
    return made;
  };
}
