import { present } from '../lib/assert.ts';
import type { Audit, AuditFinding, OpenAudit } from '../scenario/audit.ts';
import type { Plan } from '../scenario/plan.ts';
import { registries } from '../stage/registries.ts';
import type { Stage } from '../stage/stage.ts';
import type { TraceRecord } from '../trace/record.ts';
import { readFacts } from './facts.ts';
import type { Findings, Invariant } from './invariants/invariant.ts';
import { invariants } from './invariants/table.ts';
import { Ledger } from './ledger.ts';
import { watchStage } from './watch.ts';

/** Findings of one invariant that are told; the rest say the same of other rows. */
const toldMax = 3;

/** An audit by all invariants. */
export const openAudit: OpenAudit = (plan) => new LedgerAudit(plan);

class LedgerAudit implements Audit {
  readonly #ledger: Ledger;
  readonly #invariants: readonly Invariant[] = invariants.map((one) => one.fresh?.() ?? one);
  readonly #found: AuditFinding[] = [];
  readonly #applied = new Map<string, number>();
  #stage: Stage | null = null;

  constructor(plan: Plan) {
    this.#ledger = new Ledger(registries[plan.registry]);
    for (const [user, rows] of Object.entries(plan.fixtures)) {
      for (const { entityType, entityId, data } of rows) {
        const row = this.#ledger.nameOf(entityType, entityId, data);
        const at = { by: 'fixture', user, atMs: 0, action: 'create' as const, entityType, row, entityId };
        this.#ledger.add({ ...at, set: data, add: {}, seen: null, changeIds: [] });
      }
    }
  }

  watch(stage: Stage): Stage {
    this.#stage = stage;
    return watchStage(stage, {
      ledger: this.#ledger,
      wrote: (write, shown) =>
        this.#ask((one, findings) => one.afterWrite?.(write, { shown, ledger: this.#ledger }, findings)),
      looked: (look) => this.#ask((one, findings) => one.atLook?.(look, this.#ledger, findings)),
    });
  }

  readonly record = (record: TraceRecord): void => {
    if (record.kind !== 'call') return;
    const device = this.#stage?.devices.get(record.lane);
    if (device === undefined) return;
    const findings = this.#findingsOf('quiet-offline');
    findings.counts();
    if (!device.isOnline()) findings.found(`${record.lane} sent ${String(record.data.call)} without a line`);
  };

  async findings(): Promise<readonly AuditFinding[]> {
    const facts = await readFacts(present(this.#stage, 'the stage is watched'), this.#ledger);
    for (const { name, user, rows } of facts.devices) {
      for (const row of rows) {
        const look = { ...row, device: name, user };
        this.#ask((one, findings) => one.atLook?.(look, this.#ledger, findings));
      }
    }
    for (const one of this.#invariants) await one.atRest?.(facts, this.#findingsOf(one.name));
    return this.#told();
  }

  applied(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#invariants.map(({ name }) => [name, this.#applied.get(name) ?? 0]));
  }

  #ask(of: (invariant: Invariant, findings: Findings) => void): void {
    for (const one of this.#invariants) of(one, this.#findingsOf(one.name));
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
