import { gzipSync } from 'node:zlib';
import { LineFailed } from '../../adapters/node/raw-http.ts';
import { calls } from '../../core/protocol/paths.ts';
import type { Bench } from '../bench.ts';
import { session } from '../changes.ts';
import type { Answer, Question } from '../line.ts';
import { check, shown } from '../outcome.ts';
import type { Probe } from '../probe.ts';
import { codeOf } from '../problem-check.ts';

/** More than any server of this protocol takes: .NET's default limit is 30,000,000 bytes, ours 4 MiB. */
const tooMany = 31_000_000;

/** What is too large: bodies, packed bodies, headers, nesting. */
export const bodyLimits: readonly Probe[] = [
  {
    claim: 'a-body-too-large-is-413',
    says: 'A body above the limit is 413, which says the limit; the server goes on.',
    topic: 'limits',
    severity: 'major',
    run: async (bench) => {
      const answer = await answered413(bench);
      check(answer.status === 413, { expected: 'a body of 31 MB to be answered 413', saw: seen(answer) });
      const limit = (answer.json as { readonly limit?: unknown } | undefined)?.limit;
      const isNamed = typeof limit === 'number' && limit > 0 && limit < tooMany;
      check(codeOf(answer) !== 'body_too_large' || isNamed, {
        expected: 'the problem body_too_large to say the limit in bytes',
        saw: shown(answer.json),
      });
      await answersStill(bench);
    },
  },
  {
    claim: 'a-packed-bomb-is-refused',
    says: 'A small body that unpacks to more than the limit is refused, and the server goes on.',
    topic: 'body and header abuse',
    severity: 'major',
    run: async (bench) => {
      const body = gzipSync(wideBody(tooMany), { level: 1 });
      const headers = { 'content-encoding': 'gzip' };
      const answer = await asked(bench, { path: calls.push.path, user: bench.own, body, headers });
      check([400, 413, 415].includes(answer.status), {
        expected: `${body.length} bytes that unpack to 31 MB to be answered 413`,
        saw: seen(answer),
      });
      await answersStill(bench);
    },
  },
  {
    claim: 'deep-nesting-is-refused',
    says: 'A body nested ten thousand deep is refused or rejected item by item, never a 5xx.',
    topic: 'body and header abuse',
    severity: 'major',
    run: async (bench) => {
      const device = bench.device();
      const key = bench.key();
      const deep = `${'['.repeat(10_000)}${']'.repeat(10_000)}`;
      const change = JSON.stringify(device.create(key, session({ notes: 'DEEP' }))).replace('"DEEP"', deep);
      const body = `{${JSON.stringify(device.sender()).slice(1, -1)},"changes":[${change}]}`;
      const answer = await asked(bench, { path: calls.push.path, user: device.user, body });
      check(answer.status < 500, { expected: 'a deeply nested change to be no 5xx', saw: seen(answer) });
      check((await device.row(key)) === undefined, {
        expected: 'the nested change to leave no row',
        saw: 'the row',
        row: key,
      });
      await answersStill(bench);
    },
  },
  {
    claim: 'large-headers-are-survived',
    says: 'Headers of 100 KB, or three hundred of them, are a 4xx or a closed line, and the server goes on.',
    topic: 'body and header abuse',
    severity: 'minor',
    run: async (bench) => {
      const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`x-conformance-${at}`, 'a'.repeat(300)]));
      for (const headers of [{ 'x-conformance': 'a'.repeat(100_000) }, many]) {
        const question = { method: 'POST', path: calls.pull.path, user: bench.own, body: {}, headers };
        const answer = await asked(bench, question, { mayBreak: true });
        check(answer.status < 500, { expected: 'too large headers to be no 5xx', saw: seen(answer) });
      }
      await answersStill(bench);
    },
  },
];

/** The answer to a body that is too large. A line that broke while the body was sent is tried again: only one that always breaks tells a device nothing. */
async function answered413(bench: Bench): Promise<Answer> {
  const ask = () => asked(bench, { path: calls.push.path, user: bench.own, body: wideBody(tooMany) });
  let answer = await ask();
  for (let tries = 1; tries < 3 && answer.status === lineBroke; tries += 1) answer = await ask();
  return answer;
}

/** Stands for a status where none came. */
const lineBroke = 599;

function wideBody(bytes: number): Buffer {
  const head = Buffer.from('{"deviceId":"wide","registered":false,"changes":[],"filler":"');
  return Buffer.concat([head, Buffer.alloc(bytes - head.length - 2, 0x61), Buffer.from('"}')]);
}

/** The answer; a broken line is told as a status of its own, or as a refusal where the line may break. */
async function asked(
  bench: Bench,
  question: Question,
  { mayBreak = false }: { readonly mayBreak?: boolean } = {},
): Promise<Answer> {
  try {
    return await bench.ask(question);
  } catch (error) {
    if (!(error instanceof LineFailed)) throw error;
    return { status: mayBreak ? 400 : lineBroke, headers: {}, text: `no answer: ${error.reason}`, json: undefined };
  }
}

function seen({ status, text, json }: Answer): string {
  return status === lineBroke ? text : `${status} ${shown(json ?? text)}`;
}

async function answersStill(bench: Bench): Promise<void> {
  const { status, text } = await bench.device().askPull();
  check(status === 200, { expected: 'the server to answer a pull after that', saw: `${status} ${text}` });
}
