import type { EntityKey } from '../core/ids.ts';
import type { JsonObject } from '../lib/json.ts';
import { compareText } from '../lib/order.ts';
import { dataOf } from './decide/row-text.ts';
import type { CatalogueRow, UserState } from './decide/stored.ts';
import type { CatalogueEdit, CataloguePut } from './store/async-store.ts';
import type { CatalogueReads } from './store/store.ts';

/** Rows that share one number: pages end only between numbers, so one number for all would be one page. */
export const rowsPerNumber = 250;

/** What is to be added to numbers of catalogue rows. */
export class CatalogueSums {
  readonly #rows = new Map<string, { readonly key: EntityKey; readonly fields: Map<string, number> }>();

  /** Adds to a field of a row. */
  add(key: EntityKey, field: string, by: number): void {
    const name = `${key.entityType}/${key.entityId}`;
    const row = this.#rows.get(name) ?? { key, fields: new Map<string, number>() };
    row.fields.set(field, (row.fields.get(field) ?? 0) + by);
    this.#rows.set(name, row);
  }

  /** The change that adds them all, in order of type and id. A sum never falls below 0. */
  edit(nowMs: number): CatalogueEdit {
    const rows = [...this.#rows.values()].filter(({ fields }) => [...fields.values()].some((by) => by !== 0));
    rows.sort(
      ({ key: a }, { key: b }) => compareText(a.entityType, b.entityType) || compareText(a.entityId, b.entityId),
    );
    return {
      keys: rows.map(({ key }) => key),
      work: (catalogue) => {
        const summed = rows.map(({ key, fields }) => summedRow(catalogue, key, fields));
        return numbered(catalogue, summed, nowMs);
      },
    };
  }
}

type Unnumbered = Omit<CatalogueRow, 'version' | 'updatedAt'>;

function summedRow(catalogue: CatalogueReads, key: EntityKey, fields: ReadonlyMap<string, number>): Unnumbered {
  const data = dataOf(catalogue.row(key));
  const sums = [...fields]
    .filter(([, by]) => by !== 0)
    .map(([field, by]) => [field, Math.max(0, numberIn(data, field) + by)]);
  return { ...key, deleted: false, dataJson: JSON.stringify({ ...data, ...Object.fromEntries(sums) }) };
}

/** Rows at the next numbers of the catalogue. */
export function numbered(catalogue: CatalogueReads, rows: readonly Unnumbered[], nowMs: number): CataloguePut[] {
  const puts: CataloguePut[] = [];
  let state: UserState = catalogue.state();
  for (let at = 0; at < rows.length; at += rowsPerNumber) {
    const next = { counter: state.counter + 1, writtenAt: Math.max(nowMs, state.writtenAt) };
    const part = rows.slice(at, at + rowsPerNumber);
    puts.push({ rows: part.map((row) => ({ ...row, version: next.counter, updatedAt: next.writtenAt })), state: next });
    state = next;
  }
  return puts;
}

/** A number in a row's data; 0 when it is not there. */
export function numberIn(data: JsonObject, field: string): number {
  const value = Object.hasOwn(data, field) ? data[field] : 0;
  return typeof value === 'number' ? value : 0;
}
