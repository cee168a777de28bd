import type { Epoch } from '../../core/ids.ts';
import type { AsyncStore } from './async-store.ts';
import type { PostgresLimits } from './postgres-pool.ts';
import type { Durability } from './sqlite-open.ts';
import { SyncStore } from './sync-store.ts';

/** Which store a server keeps its data in. */
export type StoreOptions =
  | { readonly kind: 'sqlite'; readonly path: string; readonly durability?: Durability }
  | ({ readonly kind: 'postgres'; readonly url: string } & PostgresLimits);

/** Opens a store; a new one under the given epoch. Rejects with StoreError: what can't be opened, why, and what to do. */
export async function openStore(options: StoreOptions, epoch: Epoch): Promise<AsyncStore> {
  if (options.kind === 'postgres') {
    const { kind: _, ...how } = options;
    const { PostgresStore } = await import('./postgres.ts');
    return PostgresStore.open({ ...how, epoch });
  }
  const { SqliteStore } = await import('./sqlite.ts');
  const { path, durability = 'NORMAL' } = options;
  return new SyncStore(new SqliteStore({ path, durability, epoch }));
}
