declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** Name of a change or resolution: a UUIDv7, unique per user, drawn once and never reused. */
export type ChangeId = Branded<'ChangeId'>;
/** Name of a device as the server knows it. A forked or forgotten device takes a new one. */
export type DeviceId = Branded<'DeviceId'>;
/** Name of a user: the subject of the token. */
export type UserId = Branded<'UserId'>;
/** Text `<ms, 13 digits>-<counter, 4 hex>-<deviceId>`; its ASCII order is the order of intents. */
export type Stamp = Branded<'Stamp'>;
/** The server's data lineage: a restore from a backup starts another one. */
export type Epoch = Branded<'Epoch'>;
/** Position in the server's changes, opaque to the device; it only ever comes from a pull page. */
export type Cursor = Branded<'Cursor'>;
/** Drawn once per life that hands over a push or resolve; lets the server see copied devices. */
export type Incarnation = Branded<'Incarnation'>;

/** Names one row: entity type and id. */
export interface EntityKey {
  readonly entityType: string;
  readonly entityId: string;
}

/** The key as one text, for maps; no two keys share it, whatever characters the id holds. */
export function keyText(key: EntityKey): string {
  return `${key.entityType}/${key.entityId}`;
}

/** Takes a text from the border as an id of the kind wanted. The caller has validated it. */
export function brandId<T extends Branded<string>>(text: string): T {
  return text as T;
}

/** A UUIDv7 from wall time in ms (0 to 2^48) and three draws of 32 random bits. Deterministic in all of them. */
export function uuidV7(wallMs: number, draws: readonly [number, number, number]): string {
  const time = hexOf(Math.max(0, Math.floor(wallMs)), 12);
  const [first, second, third] = draws;
  const variant = (0x8000 | (first & 0x3fff)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hexOf(first >>> 20, 3)}-${variant}-${hexOf(second, 8)}${hexOf(third >>> 16, 4)}`;
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0').slice(-digits);
}
