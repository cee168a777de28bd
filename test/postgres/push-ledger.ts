import type { PushAnswer } from '../../src/core/protocol/messages.ts';
import { calls } from '../../src/core/protocol/paths.ts';
import type { UserReads } from '../../src/server/store/store.ts';

/** One change that a server said it applied. */
interface Acknowledged {
  readonly entityId: string | null;
  readonly version: number;
}

/** A device by hand: it sends a push until it is acknowledged, and keeps what was acknowledged. */
export class PushingDevice {
  readonly user: string;
  readonly deviceId: string;
  readonly acknowledged = new Map<string, Acknowledged>();
  /** Sendings that got no answer, or were asked to come again. */
  failures = 0;
  #seq = 0;

  constructor(user: string, deviceId: string) {
    this.user = user;
    this.deviceId = deviceId;
  }

  /** Pushes batches until told to stop, each to the servers in turn until one acknowledges all of it. */
  async work(urls: readonly string[], isOver: () => boolean): Promise<void> {
    for (let turn = 0; !isOver(); ) {
      const batch = this.#batch();
      for (let isDone = false; !isDone; turn += 1) {
        isDone = await this.#send(urls[turn % urls.length] as string, batch);
        if (!isDone) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  /** What is wrong with the store by what was acknowledged to these devices of one user. */
  static problems(view: UserReads, devices: readonly PushingDevice[]): readonly string[] {
    const effects = new Map(view.effects());
    const rows = new Map([...view.liveRows('meditation')].map((row) => [row.entityId, row]));
    const problems: string[] = [];
    let adds = 0;
    for (const [id, { entityId, version }] of devices.flatMap(({ acknowledged }) => [...acknowledged])) {
      if (effects.get(id) !== 1) problems.push(`${id} took effect ${effects.get(id) ?? 0} times`);
      effects.delete(id);
      if (view.verdict(id)?.version !== version) problems.push(`${id} has not the verdict that was told`);
      if (entityId === null) adds += 1;
      else if (rows.get(entityId)?.version !== version) problems.push(`${entityId} is not there as it was told`);
    }
    const strange = [...effects.keys()].filter((id) => id.startsWith('c-'));
    problems.push(...strange.map((id) => `${id} took effect and was never acknowledged`));
    const totals = view.row({ entityType: 'meditationStats', entityId: 'me' });
    const sum = (JSON.parse(totals?.dataJson ?? '{}') as { totalMinutes?: number }).totalMinutes ?? 0;
    if (sum !== adds) problems.push(`the sum is ${sum}, acknowledged were ${adds} additions`);
    return problems;
  }

  #batch(): readonly Change[] {
    const creates = Array.from({ length: 4 }, () => this.#create());
    return [...creates, this.#add()];
  }

  #create(): Change {
    const id = this.#nextId();
    const moment = '2026-03-01T06:00:00.000Z';
    const data = { sessionId: 'calm7-1', startedAt: moment, completedAt: moment, durationSec: 60 };
    return {
      ...this.#common(id, Object.keys(data)),
      entityType: 'meditation',
      entityId: `m-${id}`,
      action: 'CREATE',
      data,
    };
  }

  #add(): Change {
    const common = this.#common(this.#nextId(), []);
    const row = { entityType: 'meditationStats', entityId: 'me', action: 'UPDATE', baseVersion: 1, data: {} } as const;
    return { ...common, ...row, increments: { totalMinutes: 1 } };
  }

  #nextId(): string {
    this.#seq += 1;
    return `c-${this.deviceId}-${this.#seq}`;
  }

  #common(id: string, fields: readonly string[]) {
    const stamp = `${Date.now()}-0000-${this.deviceId}`;
    const stamps = Object.fromEntries(fields.map((field) => [field, stamp]));
    return { id, seq: this.#seq, baseVersion: null, stamps, timestamp: Date.now() };
  }

  async #send(url: string, changes: readonly Change[]): Promise<boolean> {
    const { deviceId } = this;
    const sender = { deviceId, registered: false, incarnation: 'i', previousIncarnations: [], epoch: null };
    try {
      const answer = await fetch(`${url}${calls.push.path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.user}` },
        body: JSON.stringify({ ...sender, changes }),
      });
      if (answer.status === 503) throw new Error('come again');
      const text = await answer.text();
      if (answer.status !== 200) throw new Refused(`answered ${answer.status}: ${text}`);
      const { results } = JSON.parse(text) as PushAnswer;
      for (const [at, result] of results.entries()) this.#take(changes[at] as Change, result);
      return true;
    } catch (error) {
      if (error instanceof Refused) throw error;
      this.failures += 1;
      return false;
    }
  }

  #take({ id, entityType, entityId }: Change, result: PushAnswer['results'][number]): void {
    // A push that was sent again is told what its first sending came to.
    const status = result.status === 'duplicate' ? result.first : result.status;
    if (result.id !== id || status !== 'applied' || !('version' in result) || result.version === undefined) {
      throw new Refused(`${id} was answered ${JSON.stringify(result)}`);
    }
    this.acknowledged.set(id, { entityId: entityType === 'meditation' ? entityId : null, version: result.version });
  }
}

/** An answer that no kill explains. */
class Refused extends Error {
  override readonly name = 'Refused';
}

interface Change {
  readonly id: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly action: 'CREATE' | 'UPDATE';
  readonly data: object;
  readonly increments?: Readonly<Record<string, number>>;
}
