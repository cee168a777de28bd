import type { EntityKey } from '../core/ids.ts';
import { check } from './outcome.ts';
import type { ProbeDevice } from './probe-device.ts';

/** Finds fault unless the counter `totalMinutes` of a row grew by so much since it was read. */
export async function checkGrown(
  device: ProbeDevice,
  { key, from, by }: { readonly key: EntityKey; readonly from: ReadRow; readonly by: number },
): Promise<void> {
  const grown = minutes(await device.row(key)) - minutes(from);
  check(grown === by, { expected: `totalMinutes to grow by ${by}`, saw: `by ${grown}`, row: key });
}

interface ReadRow {
  readonly data?: Readonly<Record<string, unknown>> | null;
}

function minutes(row: ReadRow | undefined | null): number {
  return Number(row?.data?.totalMinutes ?? 0);
}
