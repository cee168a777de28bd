import * as z from 'zod';
import { type CallName, calls } from '../../core/protocol/paths.ts';
import { formatDuration } from '../../lib/duration.ts';
import { duration } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { deviceOf } from './running.ts';

const names = Object.keys(calls) as CallName[];

/** How far apart the requests of a call were: whatever the machine does meanwhile, no two came closer. */
export const apart = defineExpectation(z.partialRecord(z.enum(names), duration), {
  name: 'apart',
  about:
    'The least time that lay between any two requests of a call that the device sent since the start: how a backoff or a Retry-After is claimed without watching the clock.',
  subjects: ['device'],
  example: 'phone: { apart: { push: 30s } }',
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([name, leastMs]) => `${name} requests are ${formatDuration(leastMs)} apart or more`)
      .join(', '),
  judge: (wanted, subject) =>
    Object.entries(wanted).flatMap(([name, leastMs]) => {
      const closest = closestMs(deviceOf(subject).sentAt(name as CallName));
      if (closest === null || closest >= leastMs) return [];
      return [differs(`${name} requests`, `${formatDuration(closest)} apart`, `${formatDuration(leastMs)} or more`)];
    }),
});

/** The least time between two neighbours, or null when there are no two. */
function closestMs(times: readonly number[]): number | null {
  const gaps = times.slice(1).map((atMs, index) => atMs - (times[index] ?? atMs));
  return gaps.length === 0 ? null : Math.min(...gaps);
}
