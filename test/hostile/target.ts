import { join } from 'node:path';
import type { PushAnswer } from '../../src/core/protocol/messages.ts';
import type { BuiltTool } from '../process/built-tool.ts';
import { Child, type Ended } from '../process/child.ts';
import { marker } from './judge.ts';
import { secret, tokenOf } from './tokens.ts';

/** What the process of a server uses. */
export interface Memory {
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** The tool's server as a process, with rows of a user who is to be protected. */
export class Target {
  readonly port: number;
  readonly #child: Child;

  private constructor(child: Child, port: number) {
    this.#child = child;
    this.port = port;
  }

  static async start(tool: BuiltTool): Promise<Target> {
    const store = `sqlite:${join(tool.folder, 'hostile.db')}`;
    const args = ['serve', '--port', '0', '--store', store, '--auth', 'hs256', '--log-level', 'error'];
    const child = new Child([tool.command, ...args], { GURAS_SECRET: secret });
    const [, port] = await child.shows(/http:\/\/127\.0\.0\.1:(\d+)\n/);
    const target = new Target(child, Number(port));
    await target.#protect();
    return target;
  }

  get isOver(): boolean {
    return this.#child.isOver;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Everything that is kept of the protected user, as a text that changes with any of it. */
  async protectedData(): Promise<string> {
    const { devices, rows, history } = (await this.#asVictim('GET', '/api/users/me/export')) as Record<string, unknown>;
    return JSON.stringify({ devices, rows, history });
  }

  async memory(): Promise<Memory> {
    return {
      heapBytes: await this.#metric('nodejs_heap_used_bytes'),
      residentBytes: await this.#metric('process_resident_memory_bytes'),
    };
  }

  /** Connections that are open, the one that asks among them. */
  connections(): Promise<number> {
    return this.#metric('kestrel_active_connections');
  }

  async #metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
    return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]);
  }

  /** Asks it to end. */
  end(): Promise<Ended> {
    return this.#child.end('SIGTERM');
  }

  async #protect(): Promise<void> {
    const times = { startedAt: '2026-03-01T06:30:00Z', completedAt: '2026-03-01T06:42:00Z', durationSec: 720 };
    const changes = Array.from({ length: 20 }, (_, at) => {
      const data = { sessionId: `s${at}`, ...times, notes: `${marker} ${at}` };
      const stamps = Object.fromEntries(Object.keys(data).map((field) => [field, '1700000000000-0000-victim-phone']));
      const row = { entityType: 'meditation', entityId: `victim-${at}`, action: 'CREATE', baseVersion: null };
      return { id: `victim-change-${at}`, seq: at, ...row, data, stamps, timestamp: 1_700_000_000_000 };
    });
    const sender = {
      deviceId: 'victim-phone',
      registered: false,
      incarnation: 'i',
      previousIncarnations: [],
      epoch: null,
    };
    const { results } = (await this.#asVictim('POST', '/api/sync/sync', { ...sender, changes })) as PushAnswer;
    const refused = results.filter(({ status }) => status !== 'applied');
    if (refused.length > 0) throw new Error(`the rows to protect were refused: ${JSON.stringify(refused[0])}`);
  }

  async #asVictim(method: string, path: string, body?: object): Promise<unknown> {
    const headers = { authorization: `Bearer ${tokenOf({ sub: 'victim' })}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, { method, headers, ...sent });
    if (answer.status !== 200) throw new Error(`the victim was answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  }
}
