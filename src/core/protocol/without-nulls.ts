import { isFields } from './json-shape.ts';

type Fields = Readonly<Record<string, unknown>>;

const ofResult = ['first', 'version', 'row', 'problem'];
const ofRow = ['fieldVersions'];
const ofProblem = ['title', 'detail', 'status', 'field', 'changeId', 'limit'];

/**
 * The answer to a pull, push or resolve with optional members left out where they are null: many servers write out what
 * they do not have. The values of rows stay as they came.
 */
export function withoutNulls(body: unknown): unknown {
  if (!isFields(body)) return body;
  const { changes, settled, results } = body;
  return {
    ...body,
    ...(Array.isArray(changes) ? { changes: changes.map((row) => bare(row, ofRow)) } : {}),
    ...(Array.isArray(settled) ? { settled: settled.map(bareResult) } : {}),
    ...(Array.isArray(results) ? { results: results.map(bareResult) } : {}),
  };
}

function bareResult(value: unknown): unknown {
  const result = bare(value, ofResult);
  if (!isFields(result)) return result;
  return {
    ...result,
    ...(result.row === undefined ? {} : { row: bare(result.row, ofRow) }),
    ...(result.problem === undefined ? {} : { problem: bare(result.problem, ofProblem) }),
  };
}

function bare(value: unknown, optional: readonly string[]): unknown {
  if (!isFields(value) || !optional.some((name) => value[name] === null)) return value;
  const kept: Fields = value;
  return Object.fromEntries(Object.entries(kept).filter(([name, inner]) => inner !== null || !optional.includes(name)));
}
