import type { EntityKey } from '../../core/ids.ts';
import type { Needs } from '../decide/needs.ts';
import type { CatalogueRow, DeviceState } from '../decide/stored.ts';
import {
  catalogueRowOf,
  deviceOf,
  type HistoryForm,
  historyOf,
  type ResultForm,
  type RowForm,
  rowOf,
  verdictOf,
} from './postgres-forms.ts';
import { type PagedTable, readPage } from './postgres-pages.ts';
import { sharedReads, userReads } from './postgres-reads.ts';
import type { Session, Statement, Value } from './postgres-statement.ts';
import { ofText, toText } from './postgres-text.ts';
import type { ClaimedKey, EffectKey, PageKey, Place, Shelves, TypeBefore } from './prefetched.ts';
import type { Shelf } from './shelf.ts';

/** Fetches what a piece of work looks up, everything of one kind by one statement. */
export class Fetcher {
  readonly #session: Session;
  readonly #user: string;
  readonly #shelves: Shelves;

  /** `user`: as PostgreSQL holds it. */
  constructor(session: Session, user: string, shelves: Shelves) {
    this.#session = session;
    this.#user = user;
    this.#shelves = shelves;
  }

  /** Fetches what the request says that it will need. Places that the device's queue has not passed hold nothing. */
  async prefetch(needs: Needs): Promise<void> {
    const { devices, rows, catalogueRows, verdicts, places, keyHolders } = this.#shelves;
    devices.want(needs.devices);
    await this.#devices();
    const passed = (place: Place): boolean => place.seq <= (devices.get(place.deviceId)?.lastSeq ?? -1);
    rows.want(needs.rows);
    catalogueRows.want(needs.catalogueRows);
    verdicts.want(needs.verdicts);
    places.want(needs.places.filter(passed));
    keyHolders.want(needs.naturalKeys);
    await this.fill();
  }

  /** Fetches everything that was asked for in vain. */
  async fill(): Promise<void> {
    await this.#devices();
    await this.#rows();
    await this.#verdicts();
    await this.#history();
    await this.#pages();
    await this.#bounds();
    await this.#whole();
  }

  async #devices(): Promise<void> {
    const { devices } = this.#shelves;
    const forms = await this.#byTexts<DeviceState, string>(userReads.devices, devices, (id) => [id]);
    for (const form of forms) devices.put(ofText(form.deviceId), deviceOf(form));
  }

  async #rows(): Promise<void> {
    const { rows, catalogueRows, keyHolders } = this.#shelves;
    for (const form of await this.#byTexts<RowForm, EntityKey>(userReads.rows, rows, keyParts)) {
      const row = rowOf(form);
      rows.put(row, row);
    }
    const claims = await this.#byTexts<ClaimedKey & EntityKey, ClaimedKey>(
      userReads.keyHolders,
      keyHolders,
      ({ entityType, naturalKey }) => [entityType, naturalKey],
    );
    for (const { entityType, naturalKey, entityId } of claims) {
      keyHolders.put({ entityType: ofText(entityType), naturalKey: ofText(naturalKey) }, ofText(entityId));
    }
    const shared = catalogueRows.take();
    if (shared.length === 0) return;
    const forms = await this.#session.rows<CatalogueRow>(sharedReads.catalogueRows, columns(shared.map(keyParts)));
    for (const form of forms) {
      const row = catalogueRowOf(form);
      catalogueRows.put(row, row);
    }
  }

  async #verdicts(): Promise<void> {
    const { verdicts, places } = this.#shelves;
    for (const form of await this.#byTexts<ResultForm, string>(userReads.verdicts, verdicts, (id) => [id])) {
      const verdict = verdictOf(form);
      verdicts.put(verdict.id, verdict);
    }
    for (const [deviceId, asked] of byDevice(places.take())) {
      const seqs = asked.map(({ seq }) => seq);
      const values = [this.#user, toText(deviceId), seqs];
      for (const { seq, id } of await this.#session.rows<{ seq: number; id: string }>(userReads.places, values)) {
        places.put({ deviceId, seq }, ofText(id));
      }
    }
  }

  async #history(): Promise<void> {
    const { existed, effectsAt } = this.#shelves;
    for (const form of await this.#byTexts<EntityKey, EntityKey>(userReads.existed, existed, keyParts)) {
      existed.put({ entityType: ofText(form.entityType), entityId: ofText(form.entityId) }, true);
    }
    const effects = await this.#byTexts<EffectKey & { version: number }, EffectKey>(
      userReads.effectsAt,
      effectsAt,
      (key) => [...keyParts(key), key.id],
    );
    for (const { entityType, entityId, id, version } of effects) {
      const key = { entityType: ofText(entityType), entityId: ofText(entityId), id: ofText(id) };
      effectsAt.put(key, version);
    }
  }

  async #pages(): Promise<void> {
    const { pages, cataloguePages } = this.#shelves;
    const own = { heads: userReads.pageHeads, body: userReads.pageRows, next: userReads.pageNext };
    await this.#paged(pages, { ...own, owner: [this.#user], rowOf });
    await this.#paged(cataloguePages, { ...catalogueTable, owner: [], rowOf: catalogueRowOf });
  }

  async #paged<Form, Row>(
    shelf: Shelf<PageKey, { readonly rows: readonly Row[]; readonly cut: number | null }>,
    table: PagedTable<Form, Row>,
  ): Promise<void> {
    for (const key of shelf.take()) shelf.put(key, await readPage(this.#session, table, key));
  }

  async #bounds(): Promise<void> {
    const { purgedBelow, cataloguePurgedBelow, newestBefore, catalogueNewestBefore, catalogueCounter } = this.#shelves;
    type Found = { entityType: string; version: number; beforeMs: number };
    for (const form of await this.#byTexts<Found, string>(userReads.purgedBelow, purgedBelow, (type) => [type])) {
      purgedBelow.put(ofText(form.entityType), form.version);
    }
    const shared = cataloguePurgedBelow.take();
    if (shared.length > 0) {
      const forms = await this.#session.rows<Found>(sharedReads.cataloguePurgedBelow, [shared.map(toText)]);
      for (const form of forms) cataloguePurgedBelow.put(ofText(form.entityType), form.version);
    }
    const before = async (shelf: Shelf<TypeBefore, number>, statement: Statement, owner: readonly Value[]) => {
      const keys = shelf.take();
      if (keys.length === 0) return;
      const values = [
        keys.map(({ entityType }) => toText(entityType)),
        keys.map(({ beforeMs }) => Math.floor(beforeMs)),
      ];
      for (const form of await this.#session.rows<Found>(statement, [...owner, ...values])) {
        shelf.put({ entityType: ofText(form.entityType), beforeMs: form.beforeMs }, form.version);
      }
    };
    await before(newestBefore, userReads.newestBefore, [this.#user]);
    await before(catalogueNewestBefore, sharedReads.catalogueNewestBefore, []);
    for (const all of catalogueCounter.take()) {
      const [fact] = await this.#session.rows<{ value: string }>(sharedReads.catalogueCounter, []);
      catalogueCounter.put(all, Number(fact?.value ?? 0));
    }
  }

  async #whole(): Promise<void> {
    const { liveRows, histories, allHistory, allDevices, allVerdicts, allEffects } = this.#shelves;
    const session = this.#session;
    for (const type of liveRows.take()) {
      const forms = await session.rows<RowForm>(userReads.liveRows, [this.#user, toText(type)]);
      liveRows.put(type, forms.map(rowOf));
    }
    for (const key of histories.take()) {
      const forms = await session.rows<HistoryForm>(userReads.history, [this.#user, ...keyParts(key).map(toText)]);
      histories.put(key, forms.map(historyOf));
    }
    for (const all of allHistory.take()) {
      allHistory.put(all, (await session.rows<HistoryForm>(userReads.allHistory, [this.#user])).map(historyOf));
    }
    for (const all of allDevices.take()) {
      const forms = await session.rows<DeviceState>(userReads.allDevices, [this.#user]);
      allDevices.put(all, forms.map(deviceOf));
    }
    for (const all of allVerdicts.take()) {
      allVerdicts.put(all, (await session.rows<ResultForm>(userReads.allVerdicts, [this.#user])).map(verdictOf));
    }
    for (const all of allEffects.take()) {
      const found = await session.rows<{ originChange: string; times: number }>(userReads.allEffects, [this.#user]);
      allEffects.put(all, new Map(found.map(({ originChange, times }) => [ofText(originChange), times])));
    }
  }

  /** Fetches what a shelf lacks, by keys whose parts are all texts. */
  async #byTexts<Form, Key>(
    statement: Statement,
    shelf: { take(): readonly Key[] },
    partsOf: (key: Key) => readonly string[],
  ): Promise<Form[]> {
    const keys = shelf.take();
    if (keys.length === 0) return [];
    return this.#session.rows<Form>(statement, [this.#user, ...columns(keys.map(partsOf))]);
  }
}

const catalogueTable = {
  heads: sharedReads.cataloguePageHeads,
  body: sharedReads.cataloguePageRows,
  next: sharedReads.cataloguePageNext,
};

function keyParts({ entityType, entityId }: EntityKey): readonly string[] {
  return [entityType, entityId];
}

/** Lists of equal length as one list per part, as `unnest` takes them. */
function columns(keys: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return (keys[0] ?? []).map((_, part) => keys.map((key) => toText(key[part] as string)));
}

function byDevice(places: readonly Place[]): ReadonlyMap<string, readonly Place[]> {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const group = groups.get(place.deviceId);
    if (group === undefined) groups.set(place.deviceId, [place]);
    else group.push(place);
  }
  return groups;
}
