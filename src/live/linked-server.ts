import type { EntityKey } from '../core/ids.ts';
import type { CallName } from '../core/protocol/paths.ts';
import type { JsonObject } from '../lib/json.ts';
import type { Ability } from '../stage/ability.ts';
import type { RequestCounts } from '../stage/request-counts.ts';
import type { StageRow, StageServer, StageVersion, VerdictCounts } from '../stage/server.ts';
import type { FixtureRow } from '../stage/stage.ts';
import { absentServer } from './absent-server.ts';
import type { FaultLink } from './fault-link.ts';

/** What a server with a fault interface can be made to do, beyond what a device asks. */
export const byFaultLink: readonly Ability[] = [
  'seed-rows',
  'read-server',
  'server-clock',
  'purge',
  'raise-epoch',
  'restore-server',
];

/** Names of the states that a story keeps on the server. */
const kept = { before: 'guras-sync-before', backup: 'guras-sync-backup' };

interface SeenUser {
  readonly rows: readonly (StageRow & { readonly catalogue: JsonObject })[];
  readonly verdicts: readonly { readonly status: keyof VerdictCounts }[];
  readonly effects: Readonly<Record<string, number>>;
  readonly digest: Readonly<Record<string, { readonly count: number; readonly hash: string }>>;
}

/** What a server is worked through. */
export interface LinkedServerParts {
  readonly link: FaultLink;
  /** The requests that were handed to the server. */
  readonly counts: RequestCounts;
  /** What the server calls a user of the story. */
  readonly nameOf: (user: string) => Promise<string>;
}

/**
 * A server at a URL, worked through its fault interface: what a story puts there and does there is undone when it ends. What the
 * interface can't do is refused as by a server out of reach.
 */
export class LinkedServer implements Omit<StageServer, 'redeliver'> {
  readonly #link: FaultLink;
  readonly #counts: RequestCounts;
  readonly #nameOf: LinkedServerParts['nameOf'];
  #hasBackup = false;

  constructor({ link, counts, nameOf }: LinkedServerParts) {
    this.#link = link;
    this.#counts = counts;
    this.#nameOf = nameOf;
  }

  readonly write = absentServer.write;
  readonly stop = absentServer.stop;
  readonly start = absentServer.start;
  readonly isRunning = absentServer.isRunning;
  readonly requireSchema = absentServer.requireSchema;
  readonly forgetResults = absentServer.forgetResults;
  readonly setLagging = absentServer.setLagging;

  /** Keeps the server's state, and puts the rows of the story there. */
  async begin(fixtures: ReadonlyMap<string, readonly FixtureRow[]>): Promise<void> {
    await this.#link.post({ snapshot: kept.before });
    if (fixtures.size > 0) await this.#link.post({ seed: await this.#seedOf(fixtures) });
  }

  /** Puts the state back that was there before. */
  async end(): Promise<void> {
    await this.#link.post({ clear: true, restore: kept.before, clock: { offsetMs: 0 } });
  }

  async row(user: string, { entityType, entityId }: EntityKey): Promise<StageRow | null> {
    const rows = await this.rows(user, entityType);
    return rows.find((row) => row.entityId === entityId) ?? null;
  }

  async rows(user: string, entityType: string): Promise<readonly StageRow[]> {
    const { rows } = await this.#seen(user);
    return rows
      .filter((row) => row.entityType === entityType)
      .map(({ catalogue, data, ...row }) => ({ ...row, data: { ...catalogue, ...data } }));
  }

  async effects(user: string, changeIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { effects } = await this.#seen(user);
    return new Map(changeIds.flatMap((id) => (Object.hasOwn(effects, id) ? [[id, effects[id] ?? 0] as const] : [])));
  }

  async history(user: string, { entityType, entityId }: EntityKey): Promise<readonly StageVersion[]> {
    const parts = [await this.#nameOf(user), entityType, entityId].map(encodeURIComponent);
    return (await this.#link.get(
      `/fault/users/${parts[0]}/history/${parts[1]}/${parts[2]}`,
    )) as readonly StageVersion[];
  }

  async verdicts(user: string): Promise<VerdictCounts> {
    const counts = { applied: 0, conflict: 0, rejected: 0 };
    for (const { status } of (await this.#seen(user)).verdicts) counts[status] += 1;
    return counts;
  }

  async digest(user: string): Promise<SeenUser['digest']> {
    return (await this.#seen(user)).digest;
  }

  requests(): Readonly<Record<CallName, number>> {
    return this.#counts.read();
  }

  async setClock(offsetMs: number): Promise<void> {
    await this.#link.post({ clock: { offsetMs } });
  }

  async purge(olderThanMs: number): Promise<void> {
    await this.#link.post({ purge: { olderThanMs } });
  }

  async raiseEpoch(): Promise<void> {
    await this.#link.post({ raiseEpoch: true });
  }

  async backup(): Promise<void> {
    await this.#link.post({ snapshot: kept.backup });
    this.#hasBackup = true;
  }

  async restore(): Promise<boolean> {
    if (this.#hasBackup) await this.#link.post({ restore: kept.backup });
    return this.#hasBackup;
  }

  async #seen(user: string): Promise<SeenUser> {
    return (await this.#link.get(`/fault/users/${encodeURIComponent(await this.#nameOf(user))}`)) as SeenUser;
  }

  async #seedOf(fixtures: ReadonlyMap<string, readonly FixtureRow[]>): Promise<object> {
    const users: Record<string, object[]> = {};
    const catalogue = new Map<string, object>();
    for (const [user, rows] of fixtures) {
      users[await this.#nameOf(user)] = rows.filter(({ part }) => part === 'user').map(plain);
      for (const row of rows) {
        if (row.part === 'catalogue') catalogue.set(`${row.entityType}/${row.entityId}`, plain(row));
      }
    }
    return { users, catalogue: [...catalogue.values()] };
  }
}

function plain({ entityType, entityId, data }: FixtureRow): object {
  return { entityType, entityId, data };
}
