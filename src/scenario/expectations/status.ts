import * as z from 'zod';
import type { DevicePhase } from '../../core/sync/status.ts';
import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs, type Finding } from './expectation.ts';
import { judgeRunning } from './running.ts';

const phases = [
  'idle',
  'syncing',
  'offline',
  'paused',
  'backing-off',
  'needs-auth',
  'update-required',
  'resyncing',
  'erased',
  'lease-held',
] as const satisfies DevicePhase[];

const full = z.strictObject({
  phase: z.enum(phases).optional(),
  registered: z.boolean().optional(),
  quarantined: count.optional(),
  counts: z.record(z.string(), count).optional(),
});
const schema = z.union([z.enum(phases).transform((phase): z.output<typeof full> => ({ phase })), full]);

/** What the device as a whole is doing, and what it has counted. */
export const status = defineExpectation(schema, {
  name: 'status',
  about: `The device's phase (${phases.join(', ')}), or { phase, registered, quarantined, counts: { name: n } } of its status.`,
  subjects: ['device'],
  example: 'phone: { status: needs-auth }',
  tell: (wanted) => `status is ${wanted.phase ?? JSON.stringify(wanted)}`,
  judge: (wanted, subject) =>
    judgeRunning(subject, async (engine) => {
      const actual = await engine.status();
      const findings: Finding[] = [];
      if (wanted.phase && actual.phase !== wanted.phase) findings.push(differs('status', actual.phase, wanted.phase));
      if (wanted.registered !== undefined && actual.registered !== wanted.registered) {
        findings.push(differs('registered', String(actual.registered), String(wanted.registered)));
      }
      if (wanted.quarantined && !isWithin(actual.quarantined, wanted.quarantined)) {
        findings.push(differs('quarantined rows', String(actual.quarantined), formatCount(wanted.quarantined)));
      }
      for (const [name, bounds] of Object.entries(wanted.counts ?? {})) {
        const counted = actual.counts[name] ?? 0;
        if (!isWithin(counted, bounds))
          findings.push(differs(`count of ${name}`, String(counted), formatCount(bounds)));
      }
      return findings;
    }),
});
