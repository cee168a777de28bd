import type { RowPage } from '../decide/scans.ts';
import { type PageEntry, pageCut } from './page.ts';
import type { Session, Statement, Value } from './postgres-statement.ts';
import { toText } from './postgres-text.ts';
import type { PageKey } from './prefetched.ts';

/** The statements that read pages of one table, and what narrows them to one owner. */
export interface PagedTable<Form, Row> {
  readonly heads: Statement;
  readonly body: Statement;
  readonly next: Statement;
  readonly owner: readonly string[];
  readonly rowOf: (form: Form) => Row;
}

/**
 * One page of rows above the given numbers. The index alone says where the page ends; only then are the rows read, so a
 * page costs what it holds, whatever lies behind it.
 */
export async function readPage<Form, Row>(
  session: Session,
  table: PagedTable<Form, Row>,
  { from, bounds }: PageKey,
): Promise<RowPage<Row>> {
  const asked: readonly Value[] = [
    ...table.owner,
    from.map(({ entityType }) => toText(entityType)),
    from.map(({ after }) => after),
  ];
  const scanned = Math.min(bounds.limit + 1, Number.MAX_SAFE_INTEGER);
  const heads = await session.rows<PageEntry>(table.heads, [...asked, scanned]);
  if (heads.length === 0) return { rows: [], cut: null };
  const cut = pageCut([heads], bounds);
  const forms = await session.rows<Form>(table.body, [...asked, cut ?? Number.MAX_SAFE_INTEGER]);
  const rows = forms.map(table.rowOf);
  if (cut === null) return { rows, cut };
  const more = await session.rows(table.next, [...asked, cut]);
  return { rows, cut: more.length > 0 ? cut : null };
}
