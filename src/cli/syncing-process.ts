import { readMeta } from '../core/sync/rows.ts';
import { isHolderGone } from './lease-holder.ts';
import { readSource } from './open-source.ts';

/** The process that talks to the server for the device in this file, `device watch, pid 123 on host`; null when none does. */
export function syncingProcess(file: string): string | null {
  const lease = readSource(file, (rows) => readMeta(rows, 'lease'));
  return lease === undefined || !lease.held || isHolderGone(lease.holder) ? null : lease.holder;
}
