import type { EntityKey, UserId } from '../../core/ids.ts';
import type { PageBounds, RowPage, ScanFrom } from '../decide/scans.ts';
import type {
  CatalogueRow,
  DeviceState,
  HistoryEntry,
  StoredRow,
  StoredVerdict,
  UserState,
  Write,
} from '../decide/stored.ts';
import {
  type CatalogueForm,
  catalogueColumns,
  catalogueRowOf,
  type HistoryForm,
  historyColumns,
  historyOf,
  type ResultForm,
  type RowForm,
  resultColumns,
  rowColumns,
  rowOf,
  verdictOf,
} from './sqlite-forms.ts';
import { pageTexts, readPage } from './sqlite-scans.ts';
import type { Prepare } from './sqlite-statements.ts';
import { applyWrite } from './sqlite-writes.ts';
import type { UserView } from './store.ts';

const deviceColumns = 'deviceId, registeredAt, lastSeenAt, incarnation, lastSeq, position, appVersion, schemaVersion';

// Texts of the hot statements are made once: a text put together anew would have to be hashed on every look-up.
const deviceText = `SELECT ${deviceColumns} FROM devices WHERE user = ? AND deviceId = ?`;
const rowText = `SELECT ${rowColumns} FROM rows WHERE user = ? AND entityType = ? AND entityId = ?`;
const catalogueRowText = `SELECT ${catalogueColumns} FROM catalogue WHERE entityType = ? AND entityId = ?`;
const verdictText = `SELECT ${resultColumns} FROM results WHERE user = ? AND id = ?`;
const rowPages = pageTexts('rows', rowColumns);
const cataloguePages = pageTexts('catalogue', catalogueColumns);

/** A row of the table `users` as SQLite gives it. */
type UserForm = Omit<UserState, 'erasedAt'> & { readonly erasedAt: number | null };

/** One user's data in SQLite. Every statement names the user first. */
export class SqliteUser implements UserView {
  readonly #prepare: Prepare;
  readonly #user: UserId;
  /** Devices looked up in this transaction: every call asks for its sender more than once. */
  readonly #devices = new Map<string, DeviceState | undefined>();

  constructor(prepare: Prepare, user: UserId) {
    this.#prepare = prepare;
    this.#user = user;
  }

  user(): UserState {
    const found = this.#get<UserForm>('SELECT counter, writtenAt, erasedAt FROM users WHERE user = ?');
    if (found === undefined) return { counter: 0, writtenAt: 0 };
    const { counter, writtenAt, erasedAt } = found;
    return { counter, writtenAt, ...(erasedAt === null ? {} : { erasedAt }) };
  }

  device(deviceId: string): DeviceState | undefined {
    if (!this.#devices.has(deviceId)) this.#devices.set(deviceId, this.#get<DeviceState>(deviceText, deviceId));
    return this.#devices.get(deviceId);
  }

  row({ entityType, entityId }: EntityKey): StoredRow | undefined {
    const form = this.#get<RowForm>(rowText, entityType, entityId);
    return form === undefined ? undefined : rowOf(form);
  }

  catalogueRow({ entityType, entityId }: EntityKey): CatalogueRow | undefined {
    const form = this.#prepare(catalogueRowText).get(entityType, entityId) as CatalogueForm | undefined;
    return form === undefined ? undefined : catalogueRowOf(form);
  }

  verdict(id: string): StoredVerdict | undefined {
    const form = this.#get<ResultForm>(verdictText, id);
    return form === undefined ? undefined : verdictOf(form);
  }

  changeAt({ deviceId, seq }: { readonly deviceId: string; readonly seq: number }): string | undefined {
    const text = 'SELECT id FROM results WHERE user = ? AND deviceId = ? AND seq = ? ORDER BY id LIMIT 1';
    return this.#get<{ id: string }>(text, deviceId, seq)?.id;
  }

  keyHolder({
    entityType,
    naturalKey,
  }: {
    readonly entityType: string;
    readonly naturalKey: string;
  }): string | undefined {
    const text =
      'SELECT entityId FROM rows WHERE user = ? AND entityType = ? AND naturalKey = ? ORDER BY entityId LIMIT 1';
    return this.#get<{ entityId: string }>(text, entityType, naturalKey)?.entityId;
  }

  existed({ entityType, entityId }: EntityKey): boolean {
    const text = 'SELECT 1 FROM history WHERE user = ? AND entityType = ? AND entityId = ? LIMIT 1';
    return this.#get(text, entityType, entityId) !== undefined;
  }

  effectAt({ entityType, entityId }: EntityKey, id: string): number | undefined {
    const text = `SELECT version FROM history WHERE user = ? AND entityType = ? AND entityId = ? AND originChange = ?
      ORDER BY n LIMIT 1`;
    return this.#get<{ version: number }>(text, entityType, entityId, id)?.version;
  }

  page(from: readonly ScanFrom[], bounds: PageBounds): RowPage<StoredRow> {
    const source = { texts: rowPages, owner: [this.#user], rowOf };
    return readPage<RowForm, StoredRow>(this.#prepare, source, from, bounds);
  }

  cataloguePage(from: readonly ScanFrom[], bounds: PageBounds): RowPage<CatalogueRow> {
    const source = { texts: cataloguePages, owner: [], rowOf: catalogueRowOf };
    return readPage<CatalogueForm, CatalogueRow>(this.#prepare, source, from, bounds);
  }

  catalogueCounter(): number {
    const value = this.#prepare(`SELECT value FROM facts WHERE name = 'catalogueCounter'`).pluck().get();
    return value === undefined ? 0 : Number(value);
  }

  purgedBelow(entityType: string): number {
    const text = 'SELECT version FROM purged WHERE user = ? AND entityType = ?';
    return this.#get<{ version: number }>(text, entityType)?.version ?? 0;
  }

  cataloguePurgedBelow(entityType: string): number {
    const found = this.#prepare('SELECT version FROM cataloguePurged WHERE entityType = ?').pluck().get(entityType);
    return (found as number | undefined) ?? 0;
  }

  newestBefore(entityType: string, beforeMs: number): number {
    // Times rise with numbers, so walking down from the newest stops after what the answer will hold anyway.
    const text = `SELECT version FROM rows WHERE user = ? AND entityType = ? AND updatedAt < ? ORDER BY version DESC LIMIT 1`;
    return this.#get<{ version: number }>(text, entityType, beforeMs)?.version ?? 0;
  }

  catalogueNewestBefore(entityType: string, beforeMs: number): number {
    const text = `SELECT version FROM catalogue WHERE entityType = ? AND updatedAt < ? ORDER BY version DESC LIMIT 1`;
    return (this.#prepare(text).pluck().get(entityType, beforeMs) as number | undefined) ?? 0;
  }

  *liveRows(entityType: string): Iterable<StoredRow> {
    const text = `SELECT ${rowColumns} FROM rows WHERE user = ? AND entityType = ? AND deleted = 0 ORDER BY entityId`;
    for (const form of this.#prepare(text).iterate(this.#user, entityType)) yield rowOf(form as RowForm);
  }

  history({ entityType, entityId }: EntityKey): readonly HistoryEntry[] {
    const text = `SELECT ${historyColumns} FROM history WHERE user = ? AND entityType = ? AND entityId = ? ORDER BY n`;
    return (this.#prepare(text).all(this.#user, entityType, entityId) as HistoryForm[]).map(historyOf);
  }

  *allHistory(): Iterable<HistoryEntry> {
    const text = `SELECT ${historyColumns} FROM history WHERE user = ? ORDER BY entityType, entityId, n`;
    for (const form of this.#prepare(text).iterate(this.#user)) yield historyOf(form as HistoryForm);
  }

  devices(): readonly DeviceState[] {
    return this.#prepare(`SELECT ${deviceColumns} FROM devices WHERE user = ? ORDER BY deviceId`).all(
      this.#user,
    ) as DeviceState[];
  }

  verdicts(): readonly StoredVerdict[] {
    const text = `SELECT ${resultColumns} FROM results WHERE user = ? ORDER BY id`;
    return (this.#prepare(text).all(this.#user) as ResultForm[]).map(verdictOf);
  }

  effects(): ReadonlyMap<string, number> {
    const text =
      'SELECT originChange, count(*) AS times FROM history WHERE user = ? GROUP BY originChange ORDER BY originChange';
    const found = this.#prepare(text).all(this.#user) as { originChange: string; times: number }[];
    return new Map(found.map(({ originChange, times }) => [originChange, times]));
  }

  apply(writes: readonly Write[]): void {
    this.#devices.clear();
    for (const write of writes) applyWrite(this.#prepare, this.#user, write);
  }

  #get<Form>(text: string, ...keys: readonly (string | number)[]): Form | undefined {
    return this.#prepare(text).get(this.#user, ...keys) as Form | undefined;
  }
}
