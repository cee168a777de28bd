import { expect } from 'vitest';
import type { MemoryStorage } from '../../../src/adapters/portable/storage-memory.ts';
import type { Conflict } from '../../../src/core/merge/conflict.ts';
import type { Registry } from '../../../src/core/model/registry.ts';
import type { Item } from '../../../src/core/queue/item.ts';
import { digestOf } from '../../../src/core/sync/digest.ts';
import { queuePage } from '../../../src/core/sync/queue-page.ts';
import { readMeta } from '../../../src/core/sync/rows.ts';
import { shownData } from '../../../src/core/sync/shown.ts';
import type { Meta } from '../../../src/core/sync/tables.ts';
import { present } from '../../../src/lib/assert.ts';
import type { JsonObject } from '../../../src/lib/json.ts';

/** What a test reads in the store of a device. */
export class CoreStore {
  readonly storage: MemoryStorage;
  readonly registry: Registry;

  constructor(storage: MemoryStorage, registry: Registry) {
    this.storage = storage;
    this.registry = registry;
  }

  get queue(): readonly Item[] {
    return this.storage.read((rows) => queuePage(rows));
  }

  /** The only item of a row. */
  itemOf(entityType: string, entityId: string): Item {
    const items = this.queue.filter((item) => item.entityType === entityType && item.entityId === entityId);
    expect(items).toHaveLength(1);
    return items[0] as Item;
  }

  item(id: string): Item | undefined {
    return this.storage.read((rows) => rows.get('items', [id]));
  }

  shown(entityType: string, entityId: string): JsonObject | null {
    return this.storage.read((rows) => {
      const record = rows.get('records', [entityType, entityId]);
      return record === undefined ? null : shownData(record);
    });
  }

  record(entityType: string, entityId: string) {
    return this.storage.read((rows) => rows.get('records', [entityType, entityId]));
  }

  get conflicts(): readonly Conflict[] {
    return this.storage.read((rows) => rows.scan('conflicts'));
  }

  get log() {
    return this.storage.read((rows) => rows.scan('log'));
  }

  get aside() {
    return this.storage.read((rows) => rows.scan('aside'));
  }

  meta<Name extends keyof Meta>(name: Name): Meta[Name] {
    return present(
      this.storage.read((rows) => readMeta(rows, name)),
      `there is ${name}`,
    );
  }

  digest(type: string) {
    return this.storage.read((rows) => digestOf(rows, this.registry, [type])).types[type];
  }
}
