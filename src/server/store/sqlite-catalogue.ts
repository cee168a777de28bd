import type { EntityKey } from '../../core/ids.ts';
import type { CatalogueRow, UserState } from '../decide/stored.ts';
import { type CatalogueForm, catalogueColumns, catalogueRowOf } from './sqlite-forms.ts';
import type { Prepare } from './sqlite-statements.ts';
import type { CatalogueView } from './store.ts';

const putText = `INSERT INTO catalogue (entityType, entityId, version, deleted, bytes, dataJson, updatedAt)
  VALUES (?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (entityType, entityId) DO UPDATE SET version = excluded.version, deleted = excluded.deleted,
    bytes = excluded.bytes, dataJson = excluded.dataJson, updatedAt = excluded.updatedAt`;

/** The shared catalogue in SQLite. */
export class SqliteCatalogue implements CatalogueView {
  readonly #prepare: Prepare;

  constructor(prepare: Prepare) {
    this.#prepare = prepare;
  }

  state(): UserState {
    return { counter: this.#fact('catalogueCounter'), writtenAt: this.#fact('catalogueWrittenAt') };
  }

  row({ entityType, entityId }: EntityKey): CatalogueRow | undefined {
    const text = `SELECT ${catalogueColumns} FROM catalogue WHERE entityType = ? AND entityId = ?`;
    const form = this.#prepare(text).get(entityType, entityId) as CatalogueForm | undefined;
    return form === undefined ? undefined : catalogueRowOf(form);
  }

  put(rows: readonly CatalogueRow[], { counter, writtenAt }: UserState): void {
    for (const { entityType, entityId, version, deleted, dataJson, updatedAt } of rows) {
      this.#prepare(putText).run(
        entityType,
        entityId,
        version,
        deleted ? 1 : 0,
        dataJson?.length ?? 0,
        dataJson,
        updatedAt,
      );
    }
    this.#setFact('catalogueCounter', counter);
    this.#setFact('catalogueWrittenAt', writtenAt);
  }

  #fact(name: string): number {
    const value = this.#prepare('SELECT value FROM facts WHERE name = ?').pluck().get(name);
    return value === undefined ? 0 : Number(value);
  }

  #setFact(name: string, value: number): void {
    const text =
      'INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value';
    this.#prepare(text).run(name, String(value));
  }
}
