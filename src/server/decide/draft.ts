import { type EntityKey, keyText } from '../../core/ids.ts';
import type { Reads } from './reads.ts';
import type { CatalogueRow, DeviceState, HistoryEntry, StoredRow, StoredVerdict, UserState, Write } from './stored.ts';

/**
 * The state that one transaction is about to leave: what is stored, with the writes decided so far laid over it. A
 * draft over a draft holds the effects of a group until it is certain that all of them stand.
 */
export class Draft implements Reads {
  readonly #below: Reads;
  readonly #rows = new Map<string, StoredRow>();
  readonly #keys = new Map<string, string | undefined>();
  readonly #verdicts = new Map<string, StoredVerdict>();
  readonly #history: HistoryEntry[] = [];
  /** How many changes of this request wrote each row. */
  readonly #touches = new Map<string, number>();
  #hasEffect = false;
  #user: UserState | null = null;

  constructor(below: Reads) {
    this.#below = below;
  }

  /** The number that all rows written by this transaction share. */
  get number(): number {
    return this.user().counter + 1;
  }

  user(): UserState {
    // The counter stands still until the transaction writes it, and every change asks for it.
    this.#user ??= this.#below.user();
    return this.#user;
  }

  device(deviceId: string): DeviceState | undefined {
    return this.#below.device(deviceId);
  }

  row(key: EntityKey): StoredRow | undefined {
    return this.#rows.get(keyText(key)) ?? this.#below.row(key);
  }

  catalogueRow(key: EntityKey): CatalogueRow | undefined {
    return this.#below.catalogueRow(key);
  }

  verdict(id: string): StoredVerdict | undefined {
    return this.#verdicts.get(id) ?? this.#below.verdict(id);
  }

  changeAt(place: { readonly deviceId: string; readonly seq: number }): string | undefined {
    return this.#below.changeAt(place);
  }

  keyHolder(key: { readonly entityType: string; readonly naturalKey: string }): string | undefined {
    const name = `${key.entityType}/${key.naturalKey}`;
    return this.#keys.has(name) ? this.#keys.get(name) : this.#below.keyHolder(key);
  }

  existed(key: EntityKey): boolean {
    return this.#below.existed(key);
  }

  effectAt(key: EntityKey, id: string): number | undefined {
    return this.#below.effectAt(key, id);
  }

  /** Writes a row at the transaction's number, and moves the natural key it holds. */
  put(row: StoredRow): void {
    const before = this.row(row);
    if (before !== undefined && before.naturalKey !== null && before.naturalKey !== row.naturalKey) {
      this.#keys.set(`${row.entityType}/${before.naturalKey}`, undefined);
    }
    if (row.naturalKey !== null) this.#keys.set(`${row.entityType}/${row.naturalKey}`, row.entityId);
    const key = keyText(row);
    this.#rows.set(key, row);
    this.#touches.set(key, this.touches(row) + 1);
    this.#hasEffect = true;
  }

  /** How many changes of this request wrote the row. */
  touches(key: EntityKey): number {
    return this.#touches.get(keyText(key)) ?? (this.#below instanceof Draft ? this.#below.touches(key) : 0);
  }

  /** Remembers a version, or a decision without one. */
  record(entry: HistoryEntry): void {
    this.#history.push(entry);
  }

  /** Stores a verdict, or what is added to it later. */
  settle(verdict: StoredVerdict): void {
    this.#verdicts.set(verdict.id, verdict);
  }

  /** Takes over everything that a draft laid over this one holds. */
  absorb(upper: Draft): void {
    for (const [key, row] of upper.#rows) this.#rows.set(key, row);
    for (const [key, holder] of upper.#keys) this.#keys.set(key, holder);
    for (const [id, verdict] of upper.#verdicts) this.#verdicts.set(id, verdict);
    for (const [key, count] of upper.#touches) this.#touches.set(key, count);
    this.#history.push(...upper.#history);
    this.#hasEffect ||= upper.#hasEffect;
  }

  /** Everything decided, in an order a store may apply as it stands. The counter is raised only for written rows. */
  writes(atMs: number): Write[] {
    const out: Write[] = [];
    if (this.#hasEffect) out.push({ kind: 'user', user: { counter: this.number, writtenAt: atMs } });
    for (const row of this.#rows.values()) out.push({ kind: 'row', row });
    for (const entry of this.#history) out.push({ kind: 'history', entry });
    for (const verdict of this.#verdicts.values()) out.push({ kind: 'verdict', verdict });
    return out;
  }
}
