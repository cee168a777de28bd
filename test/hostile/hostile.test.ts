import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type BuiltTool, buildTool } from '../process/built-tool.ts';
import { endChildren, until } from '../process/child.ts';
import { exchange, problemIn } from '../server/http/raw.ts';
import { type HostileCase, hostileCase } from './hostile-case.ts';
import { marker, wrongWith } from './judge.ts';
import { type Answered, Sender } from './sender.ts';
import { type Memory, Target } from './target.ts';

const isFull = process.env.GURAS_HOSTILE === 'full';
const requests = isFull ? 100_000 : 2_000;
const slowBodies = isFull ? 200 : 10;
const seed = process.env.GURAS_HOSTILE_SEED ?? String(Math.floor(Math.random() * 1_000_000));
/** A single case to be sent alone, by its number. */
const only = process.env.GURAS_HOSTILE_CASE;
const atOnce = 16;
const findingsMax = 5;
/** Connections that this test keeps for its own questions. */
const ownConnections = 3;

let tool: BuiltTool;
beforeAll(async () => {
  tool = await buildTool();
}, 120_000);
afterEach(endChildren);
afterAll(() => tool.remove());

it(
  `${requests} hostile requests get a problem document or a valid answer, and nothing of another user`,
  async () => {
    const target = await Target.start(tool);
    const before = await target.protectedData();
    expect(before).toContain(marker);
    const slow = sendSlowBodies(target.port);
    const tally = new Tally();
    await sendAll(target, tally);
    const slowAnswers = await slow;
    expect(tally.findings.join('\n\n')).toBe('');
    expect(slowAnswers.filter((answer) => answer !== '408 request_timeout')).toEqual([]);
    expect(await target.protectedData()).toBe(before);
    tally.tell();
    await until('all connections are closed again', async () => (await target.connections()) <= ownConnections);
    if (isFull) expect(tally.growth()).toEqual({ heap: 'steady', resident: 'steady' });
    const { code, stderr } = await target.end();
    expect([code, stderr]).toEqual([143, '']);
  },
  isFull ? 1_800_000 : 120_000,
);

async function sendAll(target: Target, tally: Tally): Promise<void> {
  const sender = new Sender(target.port);
  let next = only === undefined ? 0 : Number(only);
  const end = only === undefined ? requests : next + 1;
  const lane = async (): Promise<void> => {
    while (next < end && tally.findings.length < findingsMax && !target.isOver) {
      const at = next;
      next += 1;
      if (at % Math.ceil(requests / 50) === 0) tally.sample(await target.memory());
      const hostile = hostileCase(seed, at);
      tally.add(at, hostile, await sender.send(hostile));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  sender.close();
  if (target.isOver) tally.findings.push('the server ended');
}

/** Bodies of which one byte comes, and then no more. */
async function sendSlowBodies(port: number): Promise<readonly string[]> {
  const head = 'POST /api/sync/sync HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 900\r\n';
  const { tokenOf } = await import('./tokens.ts');
  const bytes = `${head}authorization: Bearer ${tokenOf({ sub: 'mallory' })}\r\n\r\n{`;
  const answers = await Promise.all(Array.from({ length: slowBodies }, () => exchange(port, bytes)));
  return answers.map((answer) => `${answer.status} ${problemIn(answer)}`);
}

/** What came of the requests, and what the server used meanwhile. */
class Tally {
  readonly findings: string[] = [];
  readonly #statuses = new Map<string, number>();
  readonly #memory: Memory[] = [];
  readonly #startedAt = performance.now();

  add(at: number, hostile: HostileCase, answer: Answered): void {
    const wrong = wrongWith(hostile, answer);
    if (wrong !== null) this.findings.push(`the answer ${wrong}\n${printed(at, hostile)}`);
    const code = /"code":"(\w+)"/.exec(answer.status === 200 ? '' : answer.body)?.[1] ?? '';
    const name = `${answer.status} ${code}`.trim();
    this.#statuses.set(name, (this.#statuses.get(name) ?? 0) + 1);
  }

  sample(memory: Memory): void {
    this.#memory.push(memory);
  }

  /** Compares the second fifth of the run with the last: the first one is warm-up. */
  growth(): { readonly heap: string; readonly resident: string } {
    const fifth = Math.floor(this.#memory.length / 5);
    const early = this.#memory.slice(fifth, 2 * fifth);
    const late = this.#memory.slice(-fifth);
    const least = (part: readonly Memory[]) => Math.min(...part.map(({ heapBytes }) => heapBytes));
    const most = (part: readonly Memory[]) => Math.max(...part.map(({ residentBytes }) => residentBytes));
    return {
      heap: growthOf(least(early), least(late)),
      resident: growthOf(most(early), most(late)),
    };
  }

  tell(): void {
    const seconds = (performance.now() - this.#startedAt) / 1_000;
    const statuses = [...this.#statuses].sort(([, a], [, b]) => b - a).map(([name, count]) => `${count} × ${name}`);
    const mb = this.#memory.map(({ heapBytes, residentBytes }) => `${inMb(heapBytes)}/${inMb(residentBytes)}`);
    const every = mb.filter((_, at) => at % Math.max(1, Math.floor(mb.length / 8)) === 0);
    console.info(
      `seed ${seed}: ${requests} requests and ${slowBodies} slow bodies in ${seconds.toFixed(0)} s\n` +
        `heap/resident MB: ${every.join(' ')}\n${statuses.join('\n')}`,
    );
  }
}

const inMb = (bytes: number): string => String(Math.round(bytes / 1_048_576));

function growthOf(early: number, late: number): string {
  return late <= early * 1.25 + 16 * 1_048_576 ? 'steady' : `grew from ${inMb(early)} to ${inMb(late)} MB`;
}

function printed(at: number, { method, path, headers, body, raw }: HostileCase): string {
  const shown = (bytes: Buffer | null) => (bytes === null ? null : bytes.subarray(0, 1_500).toString('latin1'));
  const text = JSON.stringify(
    { method, path: path.slice(0, 500), headers, body: shown(body), raw: shown(raw) },
    null,
    1,
  );
  return `again: GURAS_HOSTILE_SEED=${seed} GURAS_HOSTILE_CASE=${at} npx vitest run test/hostile\n${text.slice(0, 5_000)}`;
}
