import { defaultLimits, type Limits } from '../core/limits.ts';
import { present } from '../lib/assert.ts';
import type { Json, JsonObject } from '../lib/json.ts';
import type { Audit, AuditFinding, ClashCounts, OpenAudit } from '../scenario/audit.ts';
import type { Plan } from '../scenario/plan.ts';
import { registries } from '../stage/registries.ts';
import type { Stage } from '../stage/stage.ts';
import type { TraceKind, TraceRecord } from '../trace/record.ts';
import { type EndState, endStateOf } from './end-state.ts';
import { readFacts } from './facts.ts';
import type { Findings, Heeds, Invariant, World } from './invariants/invariant.ts';
import { invariants } from './invariants/table.ts';
import { Ledger, rowKeyOf } from './ledger.ts';
import { watchStage } from './watch.ts';
import { unsentBy } from './watch-data.ts';

/** Findings of one invariant that are told; the rest say the same of other rows. */
const toldMax = 3;

/** An audit by all invariants. */
export const openAudit: OpenAudit = (plan) => new LedgerAudit(plan);

/** Notices by which a person hears that a change does not simply go on. */
const disturbing: readonly Json[] = ['conflict', 'parked', 'failed'];

interface Asked {
  readonly invariant: Invariant;
  readonly findings: Findings;
}

type Heed = (record: TraceRecord, world: World) => void;

/** The audit of one run, and what its rows ended with. */
export class LedgerAudit implements Audit {
  readonly #ledger: Ledger;
  readonly #asked: readonly Asked[];
  readonly #heeds: ReadonlyMap<TraceKind, readonly Heed[]>;
  readonly #found: AuditFinding[] = [];
  readonly #applied = new Map<string, number>();
  readonly #limits: ReadonlyMap<string, Limits>;
  /** Rows, as `user type row`, about which somebody was told that something is wrong. */
  readonly #disturbed = new Set<string>();
  #world: World | null = null;
  #endState: EndState = {};

  constructor(plan: Plan) {
    this.#ledger = new Ledger(registries[plan.registry], plan.devices);
    this.#asked = invariants.map((one) => ({ invariant: one.fresh?.() ?? one, findings: this.#findingsOf(one.name) }));
    this.#heeds = heedsOf(this.#asked);
    this.#limits = new Map(plan.devices.map(({ name, limits }) => [name, { ...defaultLimits, ...limits }]));
    for (const [user, rows] of Object.entries(plan.fixtures)) {
      for (const { entityType, entityId, data } of rows) {
        const row = this.#ledger.nameOf(entityType, entityId, data);
        const at = { by: 'fixture', user, atMs: 0, action: 'create' as const, entityType, row, entityId };
        this.#ledger.add({ ...at, set: data, add: {}, seen: null, changeIds: [] });
      }
    }
  }

  watch(stage: Stage): Stage {
    const world = {
      stage,
      ledger: this.#ledger,
      limits: (device: string) => this.#limits.get(device) ?? defaultLimits,
    };
    this.#world = world;
    this.#ledger.contacts.began(stage.clock.startedWallMs);
    return watchStage(stage, {
      ledger: this.#ledger,
      wrote: (write, shown) =>
        this.#ask((one, findings) => one.afterWrite?.(write, { shown, ledger: this.#ledger }, findings)),
      looked: (look) => this.#ask((one, findings) => one.atLook?.(look, this.#ledger, findings)),
      viewed: (view) => {
        for (const look of view.rows.values()) this.#ask((one, findings) => one.atLook?.(look, this.#ledger, findings));
        this.#ask((one, findings) => one.atView?.(view, world, findings));
      },
      said: (seen) => this.#ask((one, findings) => one.atStatus?.(seen, world, findings)),
    });
  }

  readonly record = (record: TraceRecord): void => {
    this.#ledger.contacts.heed(record);
    const world = this.#world;
    if (record.kind === 'notice' && world !== null) this.#noteDisturbed(record, world);
    if (world !== null) for (const heed of this.#heeds.get(record.kind) ?? []) heed(record, world);
  };

  async findings(): Promise<readonly AuditFinding[]> {
    const { stage } = present(this.#world, 'the stage is watched');
    for (const device of stage.devices.values()) {
      if (device.engine() === null) this.#ledger.authorise('stays-dead', await unsentBy(device, stage, this.#ledger));
    }
    const facts = await readFacts(stage, this.#ledger);
    for (const { name, user, rows } of facts.devices) {
      for (const row of rows) {
        const look = { ...row, device: name, user };
        this.#ask((one, findings) => one.atLook?.(look, this.#ledger, findings));
      }
    }
    for (const { invariant, findings } of this.#asked) await invariant.atRest?.(facts, findings);
    this.#endState = endStateOf(facts, this.#disturbed);
    return this.#told();
  }

  applied(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#asked.map(({ invariant: { name } }) => [name, this.#applied.get(name) ?? 0]));
  }

  clashes(): ClashCounts {
    return this.#ledger.clashes;
  }

  /** The rows of the run that nothing but their writes decided, once it was judged. */
  endState(): EndState {
    return this.#endState;
  }

  #noteDisturbed({ lane, data }: TraceRecord, { stage }: World): void {
    const { kind = null, entityType, entityId } = data.notice as JsonObject;
    const user = stage.devices.get(lane)?.user;
    if (user === undefined || !disturbing.includes(kind)) return;
    this.#disturbed.add(rowKeyOf({ user, entityType: String(entityType), row: String(entityId) }));
  }

  #ask(of: (invariant: Invariant, findings: Findings) => void): void {
    for (const { invariant, findings } of this.#asked) of(invariant, findings);
  }

  #findingsOf(invariant: string): Findings {
    return {
      found: (text) => {
        this.#found.push({ invariant, text });
      },
      counts: () => {
        this.#applied.set(invariant, (this.#applied.get(invariant) ?? 0) + 1);
      },
    };
  }

  #told(): readonly AuditFinding[] {
    const counts = new Map<string, number>();
    return this.#found.filter(({ invariant }) => {
      const before = counts.get(invariant) ?? 0;
      counts.set(invariant, before + 1);
      return before < toldMax;
    });
  }
}

/** Who hears of records of each kind. */
function heedsOf(asked: readonly Asked[]): ReadonlyMap<TraceKind, readonly Heed[]> {
  const heeds = new Map<TraceKind, Heed[]>();
  for (const { invariant, findings } of asked) {
    for (const [kind, heed] of Object.entries(invariant.heeds ?? {}) as [TraceKind, NonNullable<Heeds[TraceKind]>][]) {
      const all = heeds.get(kind) ?? [];
      all.push((record, world) => heed(record, world, findings));
      heeds.set(kind, all);
    }
  }
  return heeds;
}
