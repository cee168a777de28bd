type Fields = Record<string, unknown>;

const ofResult = ['first', 'version', 'row', 'problem'];
const ofRow = ['fieldVersions'];
const ofProblem = ['title', 'detail', 'status', 'field', 'changeId', 'limit'];

/** An answer to a call with every optional member written out: System.Text.Json leaves no null out unless it is told to. */
export function withExplicitNulls(body: unknown): unknown {
  if (!isFields(body)) return body;
  for (const list of [body.results, body.settled]) for (const result of items(list)) fillResult(result);
  for (const row of items(body.changes)) fill(row, ofRow);
  return body;
}

function fillResult(result: Fields): void {
  fill(result, ofResult);
  if (isFields(result.row)) fill(result.row, ofRow);
  if (isFields(result.problem)) fill(result.problem, ofProblem);
}

function fill(fields: Fields, names: readonly string[]): void {
  for (const name of names) if (fields[name] === undefined) fields[name] = null;
}

function items(list: unknown): readonly Fields[] {
  return Array.isArray(list) ? list.filter(isFields) : [];
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
