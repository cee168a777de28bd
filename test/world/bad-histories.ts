import type { JsonObject } from '../../src/lib/json.ts';
import { policyRegistry } from '../../src/stage/policies.ts';
import type { Stage } from '../../src/stage/stage.ts';
import type { Facts, HeldRow, SeenVersion } from '../../src/world/facts.ts';
import { Ledger, type NewWrite, rowKeyOf } from '../../src/world/ledger.ts';
import type { Decision, Question } from '../../src/world/questions.ts';

/** A write of the phone to a row of ana, as the ledger notes it. */
export function write(change: Partial<NewWrite> & Pick<NewWrite, 'entityType'>): NewWrite {
  const row = change.row ?? 'r';
  const plain = {
    by: 'phone',
    user: 'ana',
    atMs: 0,
    action: 'update',
    row,
    entityId: row,
    set: {},
    add: {},
    seen: null,
    changeIds: [],
  } as const;
  return { ...plain, ...change };
}

/** A question of a device about the value of row `r` of ana. */
export function question(entityType: string, device: string, values: { mine: string; theirs: string }): Question {
  return { device, user: 'ana', entityType, row: 'r', kind: 'fields', fields: [{ name: 'value', ...values }] };
}

/** A row as somebody holds it. */
export function held(entityType: string, data: JsonObject, row = 'r'): HeldRow {
  return { entityType, entityId: row, row, data };
}

interface History {
  readonly writes?: readonly NewWrite[];
  readonly server?: readonly HeldRow[];
  /** What the phone shows; the same as the server unless told. */
  readonly phone?: readonly HeldRow[];
  readonly queued?: number;
  readonly synced?: boolean;
  readonly effects?: Readonly<Record<string, number>>;
  readonly versions?: readonly number[];
  /** The server's versions of the row that was written first; those of `server` unless told. */
  readonly stood?: readonly Partial<SeenVersion>[];
  readonly asked?: readonly Question[];
  readonly decided?: readonly Decision[];
  readonly requests?: number;
  /** What one more sync pushes. */
  readonly pushedAgain?: number;
  /** How often a push of a device that died reaches the server while the others sync once more; each changes its rows. */
  readonly arrivingLate?: number;
}

/** The facts at the end of a made-up run of one phone. */
export function factsOf(history: History): Facts {
  const {
    writes = [],
    server = [],
    phone = server,
    queued = 0,
    synced = true,
    effects = {},
    versions = [],
    requests = 0,
  } = history;
  const ledger = new Ledger(policyRegistry, devices);
  for (const one of writes) ledger.add(one);
  for (const one of history.asked ?? []) ledger.questions.asked(one);
  ledger.questions.decisions.push(...(history.decided ?? []));
  const items = Array.from({ length: queued }, () => ({ entityType: 'latest', entityId: 'r', state: 'pending' }));
  const device = { name: 'phone', user: 'ana', rows: phone, status: { synced, conflicts: 0 }, queue: items };
  return {
    ledger,
    stage: stageOf({
      server,
      versions,
      requests,
      again: { pushed: history.pushedAgain ?? 0, late: history.arrivingLate ?? 0 },
    }),
    devices: [device] as unknown as Facts['devices'],
    server: new Map([['ana', server]]),
    effects: new Map([['ana', new Map(Object.entries(effects))]]),
    histories: new Map(
      ledger
        .rows()
        .slice(0, 1)
        .map((place) => [rowKeyOf(place), stoodIn(history)]),
    ),
  };
}

/** Two devices with good clocks. */
const devices = ['phone', 'tablet'].map((name) => ({ name, clockMs: 0, limits: {} }));

function stoodIn({ stood, server = [] }: History): readonly SeenVersion[] {
  const told = stood ?? server.map(({ data }) => ({ data }));
  return told.map((one, at) => ({
    version: at + 1,
    deleted: false,
    data: null,
    changeId: '',
    lost: null,
    atMs: null,
    ...one,
  }));
}

function stageOf(
  held: Required<Pick<History, 'server' | 'versions' | 'requests'>> & {
    readonly again: { readonly pushed: number; readonly late: number };
  },
): Stage {
  let [pushes, late] = [0, 0];
  const rows = [...held.server];
  const engine = {
    syncAll: () => {
      pushes += held.again.pushed;
      if (late < held.again.late) {
        late += 1;
        rows.push({ entityType: 'latest', entityId: `late${late}`, row: `late${late}`, data: {} });
      }
      return Promise.resolve({ ok: true });
    },
    query: ({ entityType }: { readonly entityType: string }) => rows.filter((row) => row.entityType === entityType),
    status: () => ({ synced: true, conflicts: 0 }),
    queue: () => [],
    log: () => [],
  };
  const sent = () => ({ push: pushes, resolve: 0, pull: held.requests });
  const stage = {
    devices: new Map([['phone', { name: 'phone', user: 'ana', engine: () => engine, requests: sent }]]),
    clock: { nowMs: () => 0 },
    server: {
      requests: () => ({ push: pushes + late, resolve: 0, pull: held.requests }),
      history: () => held.versions.map((version) => ({ version, deleted: false, changeId: '', data: {}, lost: null })),
      rows: (_user: string, entityType: string) => rows.filter((row) => row.entityType === entityType),
      effects: () => new Map(),
    },
    runUntil: async () => {
      await Promise.resolve();
      return { holds: true };
    },
  };
  return stage as unknown as Stage;
}
