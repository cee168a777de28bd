import { tmpdir } from 'node:os';
import { invariants } from '../../src/world/invariants/table.ts';
import type { BuiltTool } from './build-mutant.ts';

/** Stories until a mutant counts as missed. */
export const runsMax = 1_000;
/** Stories of a stretch that is played whole, once one story showed nothing but a crash. */
const stretch = 50;

/** What judges a story beside the ledger's invariants: that it comes to rest at all. A crash is no judge. */
const judges = new Set([...invariants.map(({ name }) => name), 'liveness']);

/** What a hunt came to. */
export interface Hunt {
  /** Claims of the first story that broke one; empty when none did. */
  readonly claims: readonly string[];
  /** Stories played until then. */
  readonly runs: number;
  /** The story that was found: its seed, and the file that keeps it as it was drawn. */
  readonly seed: string | null;
  readonly file: string | null;
  /** Stories that only crashed on the way. */
  readonly crashes: number;
}

/** How stories are hunted through. */
export interface HuntOptions {
  readonly runs?: number;
  /** Operations of each story; drawn unless said. */
  readonly operations?: number;
  /** Where the story is kept. */
  readonly folder?: string;
}

interface Told {
  readonly runs: number;
  readonly violations: readonly { readonly signature: string; readonly seed: string; readonly file: string }[];
}

/** Plays stories from the first on until one breaks an invariant. */
export async function hunt(tool: BuiltTool, options: HuntOptions = {}): Promise<Hunt> {
  const most = options.runs ?? runsMax;
  let crashes = 0;
  for (let from = 0; from < most; ) {
    const until = crashes === 0 ? most : Math.min(most, from + stretch);
    const told = await explore(tool, { ...options, from, runs: until - from, untilViolation: crashes === 0 });
    const [found] = told.violations
      .map((one) => ({ ...one, claims: judgedBy(one.signature), number: numberOf(one.seed) }))
      .filter(({ claims }) => claims.length > 0)
      .sort((a, b) => a.number - b.number);
    if (found !== undefined)
      return { claims: found.claims, runs: found.number + 1, seed: found.seed, file: found.file, crashes };
    crashes += told.violations.length;
    from += told.runs;
  }
  return { claims: [], runs: most, seed: null, file: null, crashes };
}

function judgedBy(signature: string): readonly string[] {
  return signature.split(' ').filter((claim) => judges.has(claim));
}

/** Seeds are `1/17`. */
function numberOf(seed: string): number {
  return Number(seed.slice(seed.lastIndexOf('/') + 1));
}

async function explore(
  tool: BuiltTool,
  wanted: HuntOptions & { readonly from: number; readonly runs: number; readonly untilViolation: boolean },
): Promise<Told> {
  const { stdout } = await tool.run([
    ...[
      'explore',
      '--no-shrink',
      '--json',
      '--seed',
      '1',
      '--from',
      String(wanted.from),
      '--runs',
      String(wanted.runs),
    ],
    ...['--save', wanted.folder ?? tmpdir()],
    ...(wanted.untilViolation ? ['--until-violation'] : []),
    ...(wanted.operations === undefined ? [] : ['--operations', String(wanted.operations)]),
  ]);
  return JSON.parse(stdout) as Told;
}
