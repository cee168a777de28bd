import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type CampaignReport, mergeReports } from '../explore/report.ts';
import { usageError } from './exit.ts';

const count = z.number().min(0);
const counts = z.record(z.string(), count);

/** The report of a campaign as `explore --json` wrote it; what follows from the rest is left out. */
const reportSchema = z.object({
  plan: z.string(),
  shards: z.array(z.object({ index: count, total: count })).min(1),
  runs: count,
  storyMs: count,
  wallMs: count,
  traceHash: z.string().regex(/^[0-9a-f]{16}$/),
  applied: counts,
  goals: counts,
  clashes: z.object({ strong: count, weak: count }),
  violations: z.array(
    z.object({
      signature: z.string(),
      seed: z.string(),
      count,
      sentences: z.array(z.string()),
      steps: count,
      file: z.string(),
    }),
  ),
});

/** What the parts of one campaign came to together, from the files that they wrote. */
export function mergeReportFiles(files: readonly string[]): CampaignReport {
  const [first, ...others] = files.map((file) => ({ file, report: readReport(file) }));
  if (first === undefined) throw usageError('--merge: name the files that the parts wrote with --json');
  return others.reduce((sum, { file, report }) => {
    const merged = mergeReports(sum, report);
    if (typeof merged === 'string')
      throw usageError(`${file}: ${merged}`, 'merge what the shards of one campaign wrote');
    return merged;
  }, first.report);
}

function readReport(file: string): CampaignReport {
  const read = reportSchema.safeParse(parsed(file));
  if (read.success) return read.data;
  throw usageError(`${file} holds no report of a campaign`, 'write it with explore --json > FILE');
}

function parsed(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
