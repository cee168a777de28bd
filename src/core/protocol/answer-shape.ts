import { isFields, isFieldsOf, isListOf, isName, isStamp, isText, isWhole } from './json-shape.ts';
import type { PullAnswer, PushAnswer } from './messages.ts';

/**
 * Whether a body has the shape of a pull's answer: what `pullAnswerSchema` says, checked by hand because a page has a
 * thousand rows, and without making a copy, so that every field of a row stays as it came (`__proto__` too). A test
 * compares the two.
 */
export function isPullAnswer(body: unknown): body is PullAnswer {
  return (
    isFields(body) &&
    isName(body.epoch) &&
    isText(body.cursor, 8192) &&
    typeof body.hasMore === 'boolean' &&
    isWhole(body.serverTime) &&
    isListOf(body.changes, isRow) &&
    isListOf(body.settled, isResult)
  );
}

/** Whether a body has the shape of the answer to a push or resolve: what `pushAnswerSchema` says. */
export function isPushAnswer(body: unknown): body is PushAnswer {
  return isFields(body) && isName(body.epoch) && isWhole(body.serverTime) && isListOf(body.results, isResult);
}

function isRow(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { part, data, fieldVersions, origin } = value;
  return (
    isName(value.entityType) &&
    isName(value.entityId) &&
    (part === 'user' || part === 'catalogue') &&
    isWhole(value.version) &&
    typeof value.deleted === 'boolean' &&
    (data === null || isFields(data)) &&
    isFieldsOf(value.stamps, isStamp) &&
    (fieldVersions === undefined || isFieldsOf(fieldVersions, isWhole)) &&
    isWhole(value.updatedAt) &&
    isFields(origin) &&
    typeof origin.deviceId === 'string' &&
    typeof origin.changeId === 'string'
  );
}

const statuses: ReadonlySet<unknown> = new Set(['applied', 'duplicate', 'conflict', 'rejected', 'retry']);
const finals: ReadonlySet<unknown> = new Set([undefined, 'applied', 'conflict', 'rejected']);

function isResult(value: unknown): boolean {
  if (!isFields(value)) return false;
  const { version, row, problem } = value;
  return (
    isName(value.id) &&
    statuses.has(value.status) &&
    finals.has(value.first) &&
    (version === undefined || isWhole(version)) &&
    (row === undefined || isRow(row)) &&
    (problem === undefined || isProblem(problem))
  );
}

function isProblem(value: unknown): boolean {
  return (
    isFields(value) &&
    typeof value.code === 'string' &&
    ['title', 'detail', 'field', 'changeId'].every((name) => isAbsentOrText(value[name])) &&
    [value.status, value.limit].every((number) => number === undefined || isWhole(number))
  );
}

function isAbsentOrText(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
