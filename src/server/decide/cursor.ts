import type { Cursor } from '../../core/ids.ts';
import { compareText } from '../../lib/order.ts';

/** How far one entity type was delivered: numbers of the user's counter, and of the catalogue's where it has one. */
export interface Position {
  readonly user: number;
  /** Null for types that have no catalogue part. */
  readonly catalogue: number | null;
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
    const { user, catalogue } = positions.get(type) as Position;
    return `${encodeURIComponent(type)}=${user}${catalogue === null ? '' : `+${catalogue}`}`;
  });
  return ['1', encodeURIComponent(epoch), ...parts].join('&') as Cursor;
}

/** The parts of a cursor, or null for a text that this server never gave out. */
export function decodeCursor(cursor: string): CursorParts | null {
  const [form, epoch, ...types] = cursor.split('&');
  if (form !== '1' || epoch === undefined) return null;
  const positions = new Map<string, Position>();
  for (const text of types) {
    const match = /^([^=]+)=(\d{1,15})(?:\+(\d{1,15}))?$/.exec(text);
    const type = match === null ? null : decoded(match[1] as string);
    if (match === null || type === null) return null;
    positions.set(type, { user: Number(match[2]), catalogue: match[3] === undefined ? null : Number(match[3]) });
  }
  const lineage = decoded(epoch);
  return lineage === null ? null : { epoch: lineage, positions };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
