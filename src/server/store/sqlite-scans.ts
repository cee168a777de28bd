import { compareText } from '../../lib/order.ts';
import type { PageBounds, RowPage, ScanFrom } from '../decide/scans.ts';
import { type PageEntry, pageCut } from './page.ts';
import type { Prepare } from './sqlite-statements.ts';

/** A table that is read by number: what narrows it to one owner before the type and the number, and its statements. */
export interface NumberedTable<Form, Row> {
  readonly texts: PageTexts;
  readonly owner: readonly string[];
  readonly rowOf: (form: Form) => Row;
}

/** The statements that read pages of one table, made once: a text put together anew is hashed on every look-up. */
export interface PageTexts {
  readonly heads: string;
  readonly body: string;
  readonly next: string;
}

/** The statements for pages of a table with these columns, of one user's rows or of all. */
export function pageTexts(table: 'rows' | 'catalogue', columns: string): PageTexts {
  const where = `${table === 'rows' ? 'user = ? AND ' : ''}entityType = ? AND version > ?`;
  return {
    heads: `SELECT version, bytes FROM ${table} WHERE ${where} ORDER BY version LIMIT ?`,
    body: `SELECT ${columns} FROM ${table} WHERE ${where} AND version <= ? ORDER BY version, entityId`,
    next: `SELECT 1 FROM ${table} WHERE ${where} LIMIT 1`,
  };
}

/**
 * One page of rows above the given numbers. The index alone says where the page ends; only then are the rows read, so a
 * page costs what it holds, whatever lies behind it.
 */
export function readPage<
  Form extends { entityType: string; version: number },
  Row extends { entityType: string; version: number; entityId: string },
>(prepare: Prepare, source: NumberedTable<Form, Row>, from: readonly ScanFrom[], bounds: PageBounds): RowPage<Row> {
  if (from.length === 0) return { rows: [], cut: null };
  const { texts, owner } = source;
  const heads = prepare(texts.heads);
  const scans = from.map((scan) => heads.all(...owner, scan.entityType, scan.after, bounds.limit + 1) as PageEntry[]);
  const cut = pageCut(scans, bounds);
  const end = cut ?? Number.MAX_SAFE_INTEGER;
  const parts = from
    .filter((_, at) => (scans[at] as PageEntry[]).length > 0)
    .map((scan) => {
      const forms = prepare(texts.body).all(...owner, scan.entityType, scan.after, end);
      return (forms as Form[]).map(source.rowOf);
    });
  const rows = parts.length === 1 ? (parts[0] as Row[]) : parts.flat().sort(byNumber);
  if (cut === null) return { rows, cut };
  const next = prepare(texts.next).pluck();
  const hasMore = from.some((scan) => next.get(...owner, scan.entityType, Math.max(scan.after, cut)) !== undefined);
  return { rows, cut: hasMore ? cut : null };
}

function byNumber(
  a: { entityType: string; version: number; entityId: string },
  b: { entityType: string; version: number; entityId: string },
): number {
  return a.version - b.version || compareText(a.entityType, b.entityType) || compareText(a.entityId, b.entityId);
}
