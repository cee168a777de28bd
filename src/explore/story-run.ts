import type { JsonObject } from '../lib/json.ts';
import type { ClashCounts, OpenAudit } from '../scenario/audit.ts';
import type { ScenarioFiles } from '../scenario/files.ts';
import type { Plan } from '../scenario/plan.ts';
import { play } from '../scenario/play.ts';
import { type ReadOptions, readScenarioData } from '../scenario/read-scenario.ts';
import type { RunResult } from '../scenario/result.ts';
import { registries } from '../stage/registries.ts';
import type { OpenStage } from '../stage/stage.ts';
import type { TraceSink } from '../trace/record.ts';
import type { EndState } from '../world/end-state.ts';
import { LedgerAudit } from '../world/open-audit.ts';

/** What came of one random story. */
export interface StoryRun {
  readonly seed: string;
  /** What was broken, each claim once, sorted: the signature by which failures are the same. Empty: all holds. */
  readonly claims: readonly string[];
  /** What is wrong, in sentences. */
  readonly sentences: readonly string[];
  readonly hash: string;
  readonly storyMs: number;
  /** How often each invariant meant something. */
  readonly applied: Readonly<Record<string, number>>;
  /** Clashes of the story, by how they could be judged. */
  readonly clashes: ClashCounts;
}

/** A run, and how its rows ended that nothing but their writes decided. */
export interface EndedRun {
  readonly run: StoryRun;
  readonly endState: EndState;
}

/** How stories are played. */
export interface StoryOptions {
  readonly open: OpenStage;
  readonly onRecord?: TraceSink;
  /** How the story is read; a random one has all it needs in itself. */
  readonly reading?: ReadOptions;
}

/** A random story names no other file. */
const noFiles: ScenarioFiles = { read: () => null, beside: (_, name) => name };

const readingOfRandom: ReadOptions = { registry: registries.guras, files: noFiles };

/** Plays a written story and judges it. What the engine throws is a finding too: `no-crash`. */
export async function runStory(story: JsonObject, seed: string, options: StoryOptions): Promise<StoryRun> {
  return (await endStory(story, seed, options)).run;
}

/** As {@link runStory}, with how the rows ended. */
export function endStory(story: JsonObject, seed: string, options: StoryOptions): Promise<EndedRun> {
  const { plans, diagnostics } = readScenarioData(story, options.reading ?? readingOfRandom);
  const [plan] = plans;
  if (plan === undefined) throw new TypeError(`story ${seed} can't be read: ${diagnostics[0]?.message}`);
  return runPlan(plan, seed, options);
}

/** The same for what may be no story: null then. One with several plans is judged by the first that fails. */
export async function tryStory(story: JsonObject, seed: string, options: StoryOptions): Promise<StoryRun | null> {
  const { plans } = readScenarioData(story, options.reading ?? readingOfRandom);
  let last: StoryRun | null = null;
  for (const plan of plans) {
    last = (await runPlan(plan, seed, options)).run;
    if (last.claims.length > 0) return last;
  }
  return last;
}

async function runPlan(plan: Plan, seed: string, options: StoryOptions): Promise<EndedRun> {
  let audit: LedgerAudit | null = null;
  const open: OpenAudit = (of) => {
    audit = new LedgerAudit(of);
    return audit;
  };
  const ended = (run: Pick<StoryRun, 'claims' | 'sentences' | 'hash' | 'storyMs'>): EndedRun => ({
    run: { seed, ...run, applied: audit?.applied() ?? {}, clashes: audit?.clashes() ?? { strong: 0, weak: 0 } },
    endState: audit?.endState() ?? {},
  });
  const { onRecord } = options;
  try {
    const result = await play(plan, {
      open: options.open,
      seed,
      audit: open,
      told: false,
      ...(onRecord === undefined ? {} : { onRecord }),
    });
    return ended({ ...brokenIn(result), hash: result.hash, storyMs: result.storyMs });
  } catch (error) {
    const sentence = error instanceof Error ? String(error.stack).split('\n').slice(0, 4).join('\n') : String(error);
    return ended({ claims: ['no-crash'], sentences: [sentence], hash: '', storyMs: 0 });
  }
}

function brokenIn({ verdict, failures }: RunResult): Pick<StoryRun, 'claims' | 'sentences'> {
  if (verdict === 'passed') return { claims: [], sentences: [] };
  const differences = failures.flatMap(({ differences: each }) => each);
  const claims = differences.length > 0 ? differences.map(({ claim }) => claim) : failures.map(({ claim }) => claim);
  const sentences =
    differences.length > 0 ? differences.map(({ text }) => text) : failures.map(({ sentence }) => sentence);
  return { claims: [...new Set(claims)].sort(), sentences: [...new Set(sentences)] };
}
