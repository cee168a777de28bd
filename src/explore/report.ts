import { hash32 } from '../lib/hash.ts';
import { canonicalJson, type Json } from '../lib/json.ts';
import type { Shard } from './seed-list.ts';
import { addHashes, type CampaignSum } from './tally.ts';

/** One way of failing, as a campaign tells of it. */
export interface ToldViolation {
  readonly signature: string;
  /** The first seed that showed it, and how many did. */
  readonly seed: string;
  readonly count: number;
  readonly sentences: readonly string[];
  readonly steps: number;
  readonly file: string;
}

/** What a campaign, or shards of it, came to. Reports of one plan merge in any order and grouping to the same whole. */
export interface CampaignReport extends Omit<CampaignSum, 'failing'> {
  /** Hash of everything that says which stories the whole campaign plays. */
  readonly plan: string;
  readonly shards: readonly Shard[];
  /** Time on the wall of all machines, ms. */
  readonly wallMs: number;
  readonly violations: readonly ToldViolation[];
}

/** The hash of a plan: two campaigns with the same one play the same stories. */
export function planHash(plan: Readonly<Record<string, Json>>): string {
  return hash32(canonicalJson(plan)).toString(16).padStart(8, '0');
}

/** What two parts of one campaign came to together, or why they are no such parts. */
export function mergeReports(one: CampaignReport, other: CampaignReport): CampaignReport | string {
  if (one.plan !== other.plan) return `these are parts of two campaigns, ${one.plan} and ${other.plan}`;
  const twice = one.shards.find((shard) => other.shards.some((held) => sameShard(held, shard)));
  if (twice !== undefined) return `shard ${twice.index}/${twice.total} is there twice`;
  return {
    plan: one.plan,
    shards: [...one.shards, ...other.shards].sort((a, b) => a.index - b.index || a.total - b.total),
    runs: one.runs + other.runs,
    storyMs: one.storyMs + other.storyMs,
    wallMs: one.wallMs + other.wallMs,
    traceHash: addHashes(one.traceHash, other.traceHash),
    applied: addCounts(one.applied, other.applied),
    goals: addCounts(one.goals, other.goals),
    clashes: {
      strong: one.clashes.strong + other.clashes.strong,
      weak: one.clashes.weak + other.clashes.weak,
    },
    violations: addViolations([...one.violations, ...other.violations]),
  };
}

/**
 * How many runs without a failure are needed to trust a mend at 99 %, after `count` of `runs` failed: as many as would show
 * a failure of that frequency in 99 of 100 campaigns.
 */
export function cleanRunsNeeded(count: number, runs: number): number {
  const rate = count / runs;
  return rate >= 1 ? 1 : Math.ceil(Math.log(0.01) / Math.log1p(-rate));
}

function sameShard(a: Shard, b: Shard): boolean {
  return a.index === b.index && a.total === b.total;
}

function addCounts(one: CampaignReport['applied'], other: CampaignReport['applied']): CampaignReport['applied'] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}

/** By signature: the details of the first seed, and all counts. */
function addViolations(all: readonly ToldViolation[]): readonly ToldViolation[] {
  const bySignature = new Map<string, ToldViolation>();
  for (const one of all) {
    const held = bySignature.get(one.signature);
    const first = held === undefined || numberOf(one.seed) < numberOf(held.seed) ? one : held;
    bySignature.set(one.signature, { ...first, count: (held?.count ?? 0) + one.count });
  }
  return [...bySignature.values()].sort((a, b) => (a.signature < b.signature ? -1 : 1));
}

function numberOf(seed: string): number {
  return Number(seed.slice(seed.lastIndexOf('/') + 1));
}
