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
  readonly news: string;
  readonly heads: string;
  readonly body: string;
  readonly next: string;
}

/** The statements for pages of a table with these columns, of one user's rows or of all. */
export function pageTexts(table: 'rows' | 'catalogue', columns: string): PageTexts {
  const owner = table === 'rows' ? 'user = ? AND ' : '';
  const where = `${owner}entityType = ? AND version > ?`;
  return {
    news: `SELECT asked.key FROM json_each(?) AS asked
       WHERE EXISTS (SELECT 1 FROM ${table} WHERE ${owner}entityType = asked.value ->> 0 AND version > asked.value ->> 1)`,
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
>(prepare: Prepare, source: NumberedTable<Form, Row>, asked: readonly ScanFrom[], bounds: PageBounds): RowPage<Row> {
  const { texts, owner } = source;
  const from = asked.length <= 2 ? asked : withNews(prepare, source, asked);
  if (from.length === 0) return { rows: [], cut: null };
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

/** Those that hold anything new: of many types few do, and one statement tells which. */
function withNews<Form, Row>(
  prepare: Prepare,
  { texts, owner }: NumberedTable<Form, Row>,
  asked: readonly ScanFrom[],
): readonly ScanFrom[] {
  const list = JSON.stringify(asked.map(({ entityType, after }) => [entityType, after]));
  const keys = prepare(texts.news)
    .pluck()
    .all(list, ...owner) as number[];
  return keys.sort((a, b) => a - b).flatMap((at) => asked[at] ?? []);
}

function byNumber(
  a: { entityType: string; version: number; entityId: string },
  b: { entityType: string; version: number; entityId: string },
): number {
  return a.version - b.version || compareText(a.entityType, b.entityType) || compareText(a.entityId, b.entityId);
}
