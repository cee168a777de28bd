import type { JsonObject } from '../lib/json.ts';
import { changesIn, pageIn, resolutionsIn, verdictsIn } from './wire.ts';

/** One version of a row that an answer told of. */
export interface Told {
  /** `type/id`. */
  readonly row: string;
  readonly version: number;
}

/** Reads of a run's calls and answers which versions of rows devices were told of. */
export class Brought {
  /** Rows that changes and decisions were sent for, by id: the verdict on an own change may carry no row. */
  readonly #sentFor = new Map<string, string>();

  /** Takes the data of a `call` record. */
  called(data: JsonObject): void {
    for (const { id, entityType, entityId } of [...changesIn(data), ...resolutionsIn(data)])
      this.#sentFor.set(id, `${entityType}/${entityId}`);
  }

  /** What an `answer` record told: rows of a page, and versions and rows that verdicts name. A catalogue's rows are left out. */
  toldIn(data: JsonObject): readonly Told[] {
    const rows = (pageIn(data)?.changes ?? []).filter(({ part }) => part !== 'catalogue');
    const told = rows.map(({ entityType, entityId, version }) => ({ row: `${entityType}/${entityId}`, version }));
    for (const { id, version, row } of verdictsIn(data)) {
      const own = this.#sentFor.get(id);
      if (row !== undefined) told.push({ row: `${row.entityType}/${row.entityId}`, version: row.version });
      if (own !== undefined && version !== undefined) told.push({ row: own, version });
    }
    return told;
  }
}
