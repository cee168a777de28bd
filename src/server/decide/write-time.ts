import type { Context } from './context.ts';

/** Server time of this transaction's writes: never before that of the user's last one, whatever the clock does. */
export function writeTime(context: Context): number {
  return Math.max(context.nowMs, context.user.writtenAt);
}
