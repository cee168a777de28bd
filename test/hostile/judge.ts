import * as z from 'zod/mini';
import {
  devicesAnswerSchema,
  digestAnswerSchema,
  exportAnswerSchema,
  historyAnswerSchema,
  problemSchema,
  pullAnswerSchema,
  pushAnswerSchema,
} from '../../src/core/protocol/messages.ts';
import type { HostileCase } from './hostile-case.ts';
import type { Answered } from './sender.ts';

/** Stands in every row of the user who is to be protected. */
export const marker = 'only the victim may read this';

const answers: readonly (readonly [RegExp, z.core.$ZodType])[] = [
  [/^\/api\/sync\/changes/, pullAnswerSchema],
  [/^\/api\/sync\/(sync|resolve-conflict|rollback)/, pushAnswerSchema],
  [/^\/api\/sync\/digest/, digestAnswerSchema],
  [/^\/api\/sync\/history\//, historyAnswerSchema],
  [/^\/api\/sync\/devices/, devicesAnswerSchema],
  [/^\/api\/users\/me\/export/, exportAnswerSchema],
];

/** What is wrong with an answer, or null: a valid 200, a problem document, or a connection that a broken request lost. */
export function wrongWith({ method, path, raw }: HostileCase, { status, type, body }: Answered): string | null {
  if (body.includes(marker)) return 'holds a row of another user';
  if (status < 0) return `can't be read: ${body}`;
  if (status === 0) return raw === null ? 'is missing' : null;
  if (status >= 500) return `is ${status}: ${body.slice(0, 500)}`;
  if (method === 'HEAD' && raw === null) return null;
  if (status === 200) return raw === null ? wrongAnswer(path, type, body) : null;
  if (raw !== null && isOfHead(raw) && body === '') return null;
  return wrongProblem({ status, type, body });
}

/** Answers to HEAD have no body. */
function isOfHead(raw: Buffer): boolean {
  return raw.toString('latin1', 0, 5) === 'HEAD ';
}

function wrongProblem({ status, type, body }: Answered): string | null {
  if (!type.startsWith('application/problem+json')) return `is ${status} of type "${type}": ${body.slice(0, 200)}`;
  const problem = z.safeParse(problemSchema, JSON.parse(body));
  if (!problem.success) return `is no problem document: ${body.slice(0, 200)}`;
  return problem.data.status === status ? null : `says ${problem.data.status} and is ${status}`;
}

function wrongAnswer(path: string, type: string, body: string): string | null {
  const schema = answers.find(([pattern]) => pattern.test(path))?.[1];
  if (schema === undefined) return null;
  if (!type.startsWith('application/json')) return `is of type "${type}"`;
  const parsed = z.safeParse(schema, JSON.parse(body));
  return parsed.success ? null : `is not what the contract says: ${JSON.stringify(parsed.error.issues[0])}`;
}
