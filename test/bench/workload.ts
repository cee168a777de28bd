// The data every arm works on: finished meditation sessions of about 250 bytes of JSON, the same for every arm.

/** One finished session, in the fields of the type `meditation`. */
export interface Session {
  readonly sessionId: string;
  readonly startedAt: string;
  readonly completedAt: string;
  readonly durationSec: number;
  readonly rating: number;
  readonly notes: string;
}

/** A session and the id of its row. */
export interface Row {
  readonly id: string;
  readonly data: Session;
}

const FIRST_START_MS = Date.UTC(2026, 0, 1, 6);
const NOTES = 'Sat by the window, counted breaths to ten, lost count often, began again; calmer by the end.';

/** The row with a number (0 or more) within a series. Series keep rows of warm-up, backlog and work apart. */
export function rowOf(series: string, index: number): Row {
  const tail = index.toString(16).padStart(12, '0');
  const id = `${series}-0000-7000-8000-${tail}`;
  const startedMs = FIRST_START_MS + index * 1_000;
  const data = {
    sessionId: id,
    startedAt: new Date(startedMs).toISOString(),
    completedAt: new Date(startedMs + 900_000).toISOString(),
    durationSec: 900,
    rating: 1 + (index % 5),
    notes: NOTES,
  };
  return { id, data };
}

/** Rows 0 to `count` - 1 of a series. */
export function rowsOf(series: string, count: number): Row[] {
  return Array.from({ length: count }, (_, index) => rowOf(series, index));
}

/** Series of eight hex digits, as the first group of a UUID. */
export const series = { work: '00000001', warmUp: '00000002', backlog: '00000003' } as const;

/** The type all rows are of. */
export const entityType = 'meditation';

/** What the first device of a clash writes: a field both write, and one only it writes. */
export function editOfFirst(index: number): Partial<Session> {
  return { rating: 1 + ((index + 1) % 5), notes: `First device, session ${index}: ${NOTES.slice(0, 60)}` };
}

/** What the second device of a clash writes: the field both write, and the time of the session (one unit). */
export function editOfSecond(index: number): Partial<Session> {
  const { startedAt } = rowOf(series.work, index).data;
  const durationSec = 1_000 + (index % 100);
  const completedAt = new Date(Date.parse(startedAt) + durationSec * 1_000).toISOString();
  return { rating: 1 + ((index + 2) % 5), startedAt, completedAt, durationSec };
}

/**
 * How many edits are missing from a converged state: of the field both wrote one of the two values must stand, of the
 * fields that one side wrote, that side's value. Input: rows by id, all 0 to `count` - 1 of the work series.
 */
export function lostEdits(rows: ReadonlyMap<string, Partial<Session>>, count: number): number {
  let lost = 0;
  for (let index = 0; index < count; index++) {
    const row = rows.get(rowOf(series.work, index).id);
    const first = editOfFirst(index);
    const second = editOfSecond(index);
    if (row?.notes !== first.notes) lost++;
    if (row?.durationSec !== second.durationSec || row?.completedAt !== second.completedAt) lost++;
    if (row?.rating !== first.rating && row?.rating !== second.rating) lost++;
  }
  return lost;
}
