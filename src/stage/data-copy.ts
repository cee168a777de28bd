import type { StorageImage } from '../adapters/portable/storage-memory.ts';

/** The data of a device at one moment, complete at a commit: what a backup of the phone holds. It never changes. */
export type DataCopy =
  | { readonly kind: 'image'; readonly image: StorageImage }
  /** The files of a database by what their names end with: `''`, and `-wal` where there is a log. */
  | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Buffer> };
