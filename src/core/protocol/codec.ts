import * as z from 'zod/mini';
import { isPullAnswer, isPushAnswer } from './answer-shape.ts';
import { type PullAnswer, type PushAnswer, pullAnswerSchema, pushAnswerSchema } from './messages.ts';
import { withoutNulls } from './without-nulls.ts';

/** An answer of the shape the protocol promises, or the first thing that is wrong with it. */
export type Decoded<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };

/** Reads a pull's answer. Any deviation is a failure of the transport: nothing of it may be used. */
export function decodePull(body: unknown): Decoded<PullAnswer> {
  const value = isPullAnswer(body) ? body : withoutNulls(body);
  return isPullAnswer(value) ? { ok: true, value } : decode(pullAnswerSchema, value);
}

/** Reads the answer to a push or a resolve. */
export function decodePush(body: unknown): Decoded<PushAnswer> {
  const value = isPushAnswer(body) ? body : withoutNulls(body);
  return isPushAnswer(value) ? { ok: true, value } : decode(pushAnswerSchema, value);
}

/** The schema finds the words for what is wrong. */
function decode<T>(schema: z.ZodMiniType<T>, body: unknown): Decoded<T> {
  const parsed = z.safeParse(schema, body);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, detail: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}` };
}
