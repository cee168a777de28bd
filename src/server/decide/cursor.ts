import type { Cursor } from '../../core/ids.ts';
import { compareText } from '../../lib/order.ts';

/** How far one entity type was delivered: numbers of the user's counter, and of the catalogue's where it has one. */
export interface Position {
  readonly user: number;
  /** Null for types that have no catalogue part. */
  readonly catalogue: number | null;
  /**
   * The purged deletions when the delivery began at 0, while it has not come as far: they were gone before, so a pull
   * under way misses nothing by them. 0 when it has.
   */
  readonly userFloor: number;
  readonly catalogueFloor: number;
}

/** The position at which nothing was delivered yet. */
export function startPosition(purged: { readonly user: number; readonly catalogue: number | null }): Position {
  const catalogue = purged.catalogue === null ? null : 0;
  return { user: 0, catalogue, userFloor: purged.user, catalogueFloor: purged.catalogue ?? 0 };
}

/** A position moved on to newer numbers, never back. */
export function movedOn(held: Position, to: { readonly user: number; readonly catalogue: number }): Position {
  const user = Math.max(held.user, to.user);
  const catalogue = held.catalogue === null ? null : Math.max(held.catalogue, to.catalogue);
  return {
    user,
    catalogue,
    userFloor: held.userFloor > user ? held.userFloor : 0,
    catalogueFloor: held.catalogueFloor > (catalogue ?? 0) ? held.catalogueFloor : 0,
  };
}

/** What a cursor says: the lineage of the numbers, and a position per type delivered. */
export interface CursorParts {
  readonly epoch: string;
  readonly positions: ReadonlyMap<string, Position>;
}

/** The text of a cursor. Equal parts give equal texts, whatever the order of the types. */
export function encodeCursor({ epoch, positions }: CursorParts): Cursor {
  const types = [...positions.keys()].sort(compareText);
  const parts = types.map((type) => {
    const { user, catalogue, userFloor, catalogueFloor } = positions.get(type) as Position;
    const shared = catalogue === null ? '' : `+${numberText(catalogue, catalogueFloor)}`;
    return `${encoded(type)}=${numberText(user, userFloor)}${shared}`;
  });
  return ['1', encodeURIComponent(epoch), ...parts].join('&') as Cursor;
}

/** Types are few and named in every cursor. */
const encodedNames = new Map<string, string>();
const namesKept = 1_000;

function encoded(type: string): string {
  const known = encodedNames.get(type);
  if (known !== undefined) return known;
  const text = encodeURIComponent(type);
  if (encodedNames.size < namesKept) encodedNames.set(type, text);
  return text;
}

function numberText(position: number, floor: number): string {
  return floor === 0 ? String(position) : `${position}~${floor}`;
}

/** The parts of a cursor, or null for a text that this server never gave out. */
export function decodeCursor(cursor: string): CursorParts | null {
  const [form, epoch, ...types] = cursor.split('&');
  if (form !== '1' || epoch === undefined) return null;
  const positions = new Map<string, Position>();
  for (const text of types) {
    const match = /^([^=]+)=(\d{1,15})(?:~(\d{1,15}))?(?:\+(\d{1,15})(?:~(\d{1,15}))?)?$/.exec(text);
    const type = match === null ? null : decoded(match[1] as string);
    if (match === null || type === null) return null;
    const [user, userFloor, catalogue, catalogueFloor] = match.slice(2);
    positions.set(type, {
      user: Number(user),
      catalogue: catalogue === undefined ? null : Number(catalogue),
      userFloor: Number(userFloor ?? 0),
      catalogueFloor: Number(catalogueFloor ?? 0),
    });
  }
  const lineage = decoded(epoch);
  return lineage === null ? null : { epoch: lineage, positions };
}

function decoded(text: string): string | null {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
