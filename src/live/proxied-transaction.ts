import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { HttpAnswer } from '../adapters/portable/http-exchange.ts';
import type { Loss } from '../faults/fault.ts';
import { type Course, cutOf, type FaultPlan, type Passage, widthMs } from '../faults/plan.ts';
import type { Clock } from '../ports/clock.ts';
import type { WholeAnswer, WholeRequest } from '../server/http/whole-message.ts';
import type { Overtaking } from '../stage/overtaking.ts';
import type { HoldBoard } from './hold-board.ts';

/** One request of a device that is on its way through the proxy. */
export interface Passenger {
  readonly device: string;
  readonly request: WholeRequest;
  readonly response: ServerResponse;
  /** What ends the waits it is in. */
  readonly stops: Set<() => void>;
  /** Ends its waits, so that it can be let go. */
  cancel(): void;
}

/** A request that begins its way. `device`: in whose lane it travels. */
export function passengerOf(of: Pick<Passenger, 'device' | 'request' | 'response'>): Passenger {
  const stops = new Set<() => void>();
  const cancel = (): void => {
    for (const stop of stops) stop();
  };
  return { ...of, stops, cancel };
}

/** The line it travels on. */
export interface Line {
  readonly clock: Pick<Clock, 'after'>;
  readonly holds: HoldBoard;
  readonly overtaking: Overtaking;
  /** Delay of each leg, ms of the story's clock. */
  readonly latencyMs: number;
  /**
   * Hands a request to a server, which decides at its time `begunMs` where that is given and the line can say so; rejects
   * when no whole answer comes.
   */
  forward(request: WholeRequest, begunMs?: number): Promise<WholeAnswer>;
  /** The server's wall clock, ms. */
  serverNowMs(): number;
  /** The plan as it stands now: lines may be cut while a message travels. */
  plan(): FaultPlan;
  isClosed(): boolean;
}

/**
 * Takes one transaction through both legs of its course; null is the course of a request that no fault knows. Resolves
 * when the device has its answer or never will, and a copy for the server is delivered. Never rejects. A request goes
 * on to the server although the device has given up: it was sent.
 */
export async function travel(passenger: Passenger, course: Course | null, line: Line): Promise<void> {
  const end = await endOf(passenger, { course, leg: 'request', bytes: passenger.request.body.length }, line);
  if (line.isClosed()) return;
  if (end.kind === 'drop') return lose(passenger.response, end.seen);
  if (end.kind === 'answer') {
    tell(passenger.response, end.answer);
    return copied(passenger, course, line);
  }
  let answer: WholeAnswer;
  try {
    answer = await forwarded(passenger, course, line);
  } catch {
    // The server is down or hung up: the device sees just that.
    return lose(passenger.response, 'cut');
  }
  const again = copied(passenger, course, line);
  if (course !== null && course.request.again?.afterMs === 0) await again;
  await bringBack(passenger, { course, answer, line });
  await again;
}

/** What the server answers. One that commits late has read its clock at the beginning. */
async function forwarded(passenger: Passenger, course: Course | null, line: Line): Promise<WholeAnswer> {
  const request = requestFor(passenger.request, course);
  const commitAfterMs = course?.request.commitAfterMs ?? 0;
  if (commitAfterMs === 0) return line.forward(request);
  const begunMs = line.serverNowMs();
  await wait(passenger, commitAfterMs, line);
  return line.forward(request, begunMs);
}

/**
 * Takes a request that will change its protocol along its first leg. Whether it arrives: then the server speaks with the
 * device itself, and no fault sees what they say.
 */
export async function arrives(passenger: Passenger, course: Course, line: Line): Promise<boolean> {
  const end = await endOf(passenger, { course, leg: 'request', bytes: 0 }, line);
  if (end.kind === 'deliver') return !line.isClosed();
  const { response } = passenger;
  if (end.kind === 'drop') {
    lose(response, end.seen);
    return false;
  }
  // No server looks after this connection any more: whoever answers on it has to end it.
  const { socket } = response;
  response.once('finish', () => socket?.destroySoon());
  tell(response, { ...end.answer, headers: { ...end.answer.headers, connection: 'close' } });
  return false;
}

const deliver: Passage['end'] = { kind: 'deliver' };

/** One leg of a transaction that begins. */
interface Setting {
  readonly course: Course | null;
  readonly leg: 'request' | 'response';
  readonly bytes: number;
}

/** Takes a message along its leg and lets those go on that waited to be overtaken by it. */
async function endOf(passenger: Passenger, on: Setting, line: Line): Promise<Passage['end']> {
  if (on.course === null) return deliver;
  const passage = on.course[on.leg];
  const lane = `${passenger.device}/${on.leg}`;
  const end = await passed(passenger, { passage, lane, bytes: on.bytes }, line);
  // It is on its last step when those behind it go on: they take the same one.
  if (passage.overtakenWithinMs === null) setImmediate(() => line.overtaking.passed(lane));
  return end;
}

/** Waits as the passage says and gives its end; a line cut by then loses the message. */
async function passed(
  passenger: Passenger,
  { passage, lane, bytes }: { readonly passage: Passage; readonly lane: string; readonly bytes: number },
  line: Line,
): Promise<Passage['end']> {
  for (const name of passage.holds) if (!line.isClosed()) await line.holds.wait(name);
  await wait(passenger, widthMs(passage, bytes), line);
  // Who gives up before the last byte has passed has sent or got nothing whole.
  if (passage.bytesPerSec !== null && passenger.response.destroyed) return { kind: 'drop', seen: 'silence' };
  await wait(passenger, passage.delayMs + line.latencyMs, line);
  await overtaken(passage, lane, line);
  if (passage.end.kind === 'drop') return passage.end;
  const cut = cutOf(line.plan(), passenger.device);
  return cut === null ? passage.end : { kind: 'drop', seen: cut.seen };
}

function overtaken({ overtakenWithinMs }: Passage, lane: string, line: Line): Promise<void> {
  if (overtakenWithinMs === null || line.isClosed()) return Promise.resolve();
  const by = { withinMs: overtakenWithinMs, clock: line.clock };
  return new Promise((resolve) => line.overtaking.wait(lane, by, resolve));
}

function wait({ stops }: Passenger, delayMs: number, { clock, isClosed }: Line): Promise<void> {
  if (delayMs === 0 || isClosed()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = (): void => {
      stops.delete(stop);
      timer.cancel();
      resolve();
    };
    const timer = clock.after(delayMs, stop);
    stops.add(stop);
  });
}

/** A body that is to be truncated must be JSON text on the wire, so the server is asked for a plain one. */
function requestFor(request: WholeRequest, course: Course | null): WholeRequest {
  if (course === null || course.response.truncatePercent === null) return request;
  return { ...request, headers: { ...request.headers, 'accept-encoding': 'identity' } };
}

/** Delivers the second or later copy where the course has one; nobody sees its answer. */
async function copied(passenger: Passenger, course: Course | null, line: Line): Promise<void> {
  if (course === null || course.request.again === null) return;
  await wait(passenger, course.request.again.afterMs, line);
  if (line.isClosed()) return;
  try {
    await line.forward(passenger.request);
  } catch {
    // The copy is lost with a server that is down, as the original would be.
  }
}

interface Return {
  readonly course: Course | null;
  readonly answer: WholeAnswer;
  readonly line: Line;
}

async function bringBack(passenger: Passenger, { course, answer, line }: Return): Promise<void> {
  const { response } = passenger;
  const end = await endOf(passenger, { course, leg: 'response', bytes: answer.body.length }, line);
  if (line.isClosed()) return;
  if (end.kind === 'drop') return lose(response, end.seen);
  if (end.kind === 'answer') return tell(response, end.answer);
  write(response, course === null ? answer : truncated(answer, course.response));
}

function truncated(answer: WholeAnswer, { truncatePercent, truncatePacked }: Passage): WholeAnswer {
  if (truncatePercent === null) return answer;
  const isPacked = truncatePacked && answer.headers['content-encoding'] === undefined;
  const body = isPacked ? gzipSync(answer.body) : answer.body;
  const headers = isPacked ? { ...answer.headers, 'content-encoding': 'gzip' } : answer.headers;
  return { ...answer, headers, body: body.subarray(0, Math.floor((body.length * truncatePercent) / 100)) };
}

function lose(response: ServerResponse, seen: Loss): void {
  if (seen === 'reset') response.socket?.resetAndDestroy();
  if (seen === 'cut') response.socket?.destroy();
}

function tell(response: ServerResponse, { status, headers, body }: HttpAnswer): void {
  write(response, { status, headers: { ...headers }, body: Buffer.from(body) });
}

/** A device that has given up by now hears nothing; that is no error. */
function write(response: ServerResponse, { status, headers, body }: WholeAnswer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(body);
}
