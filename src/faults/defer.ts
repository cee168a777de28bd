import * as z from 'zod';
import { durationSchema } from './duration-schema.ts';
import { type Fault, pass } from './fault.ts';

/** The parsed form: how long after the answer the server gets the request, ms of the story's clock. */
export interface Defer {
  readonly fault: 'defer';
  readonly afterMs: number;
}

/** Somebody before the server takes the request with a promise, and hands it on later. */
export const defer: Fault<Defer> = {
  about:
    'Somebody before the server answers 202 without verdicts; the server gets the request that much later, and nobody sees its answer.',
  written: z.strictObject({ defer: durationSchema }).transform((text) => ({ fault: 'defer', afterMs: text.defer })),
  rule: ({ afterMs }, { leg, serverMs }) => {
    if (leg !== 'request') return pass;
    const headers = { 'content-type': 'application/json', date: new Date(serverMs).toUTCString() };
    return { kind: 'defer', afterMs, answer: { status: 202, headers, body: '{"accepted":true}' } };
  },
};
