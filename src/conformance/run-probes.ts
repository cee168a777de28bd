import { randomBytes } from 'node:crypto';
import { LineFailed, type RawHttp, rawHttp } from '../adapters/node/raw-http.ts';
import { Bench, type RunGround } from './bench.ts';
import { cleanUp } from './clean-up.ts';
import { ClaimBroken, type Finding, ProbeSkipped, Unprepared } from './outcome.ts';
import type { Probe } from './probe.ts';
import type { ConformanceResult, ProbeEnd, ProbeResult } from './result.ts';
import type { Transcript } from './transcript.ts';
import type { UserSource } from './users.ts';

/** What a run is given. */
export interface RunOptions {
  /** Base address of the server, http or https. */
  readonly url: string;
  readonly users: UserSource;
  readonly probes: readonly Probe[];
  /** Whether the server's fault interface may be used: it changes the server for all its users. */
  readonly faults: boolean;
  /** Told before each probe, and after it with its result. */
  readonly onProbe?: (told: {
    readonly probe: Probe;
    readonly at: number;
    readonly result: ProbeResult | null;
  }) => void;
  /** Ends the run before the next probe; the clean-up still takes place. */
  readonly signal?: AbortSignal;
  /** How long an answer may take, ms. Default 30 s. */
  readonly timeoutMs?: number;
}

/** The server can't be reached at all. */
export class ServerUnreachable extends Error {
  override readonly name = 'ServerUnreachable';
}

/** Runs probes one after the other and cleans up behind them. Rejects with ServerUnreachable when nothing answers. */
export async function runProbes(options: RunOptions): Promise<ConformanceResult> {
  const { url, users, probes, faults, signal, timeoutMs = 30_000 } = options;
  const began = performance.now();
  const startedAt = new Date().toISOString();
  const http = rawHttp(url, { timeoutMs });
  try {
    const runId = `conformance-${randomBytes(4).toString('hex')}`;
    const ground: RunGround = {
      http,
      users,
      faults,
      runId,
      aheadMs: await knock(http, url),
      secrets: new Set(),
      served: new Set(),
    };
    const benches: Bench[] = [];
    const results: ProbeResult[] = [];
    for (const [at, probe] of probes.entries()) {
      if (signal?.aborted === true) break;
      options.onProbe?.({ probe, at, result: null });
      const bench = new Bench(ground, `p${at + 1}`);
      benches.push(bench);
      const result = await runProbe(probe, bench);
      if (result.end === 'inconclusive') await knock(http, url);
      results.push(result);
      options.onProbe?.({ probe, at, result });
    }
    const cleaned = await cleanUp({ runId, benches, bench: new Bench(ground, 'clean') });
    const isStopped = results.length < probes.length;
    const wallMs = performance.now() - began;
    return { url: withoutLogin(url), runId, startedAt, wallMs, results, cleanUp: cleaned, isStopped };
  } finally {
    await http.close();
  }
}

/** Any answer will do. How far the server's clock is ahead by its `Date`, ms; 0 when it sends none. */
async function knock(http: RawHttp, url: string): Promise<number> {
  try {
    const { headers } = await http.ask({ method: 'GET', path: '/', headers: {}, body: null });
    const date = Date.parse(headers.date ?? '');
    // `Date` has whole seconds: half of one is added, so that nothing is far off.
    return Number.isNaN(date) || Math.abs(date - Date.now()) < 2_000 ? 0 : date + 500 - Date.now();
  } catch (error) {
    if (error instanceof LineFailed) {
      throw new ServerUnreachable(`${withoutLogin(url)} can't be reached: ${error.message}`, { cause: error });
    }
    throw error;
  }
}

/** An address without the name and password that may stand in it: reports are passed on. */
function withoutLogin(url: string): string {
  return url.replace(/^(https?:\/\/)[^/]*@/, '$1');
}

function cleaned({ expected, saw, row }: Finding, transcript: Transcript): Finding {
  return { expected: transcript.withoutSecrets(expected), saw: transcript.withoutSecrets(saw), row };
}

async function runProbe(probe: Probe, bench: Bench): Promise<ProbeResult> {
  const began = performance.now();
  const ended = (end: ProbeEnd, told: { reason?: string; finding?: ProbeResult['finding'] } = {}): ProbeResult => {
    const isShown = end === 'broken' || end === 'inconclusive';
    const { transcript } = bench;
    const { reason = null, finding = null } = told;
    return {
      probe,
      end,
      reason: reason === null ? null : transcript.withoutSecrets(reason),
      finding: finding === null ? null : cleaned(finding, transcript),
      exchanges: isShown ? transcript.exchanges : [],
      exchangesDropped: isShown ? transcript.dropped : 0,
      wallMs: performance.now() - began,
    };
  };
  try {
    await probe.run(bench);
    return ended('kept');
  } catch (error) {
    if (error instanceof ClaimBroken) return ended('broken', { finding: error.finding });
    if (error instanceof ProbeSkipped) return ended('skipped', { reason: error.message });
    if (error instanceof Unprepared) return ended('inconclusive', { reason: error.message });
    if (error instanceof LineFailed) return ended('inconclusive', { reason: `no answer came: ${error.message}` });
    // A probe reads answers of any shape: one that it stumbles over is told, and the others go on.
    if (error instanceof TypeError)
      return ended('inconclusive', { reason: `an answer could not be read: ${error.message}` });
    throw error;
  }
}
