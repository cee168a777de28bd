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

const HEX = '0123456789abcdef';

/** A UUIDv7 from wall time in ms (0 to 2^48) and a draw of whole numbers below a bound. Deterministic in both. */
export function uuidV7(wallMs: number, below: (bound: number) => number): string {
  const time = Math.max(0, Math.floor(wallMs)).toString(16).padStart(12, '0').slice(-12);
  const digits = (count: number): string => Array.from({ length: count }, () => HEX[below(16)]).join('');
  const variant = HEX[8 + below(4)];
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits(3)}-${variant}${digits(3)}-${digits(12)}`;
}
