import * as z from 'zod';
import { type Fault, pass } from './fault.ts';

/** The parsed form. `silent`: the device notices nothing until its own timeout, otherwise its connection is cut. */
export interface LoseResponse {
  readonly fault: 'lose-response';
  readonly silent: boolean;
}

const options = z.strictObject({ silent: z.boolean().optional() });

/** The server does its work and answers; the answer is lost. */
export const loseResponse: Fault<LoseResponse> = {
  about: 'The server does the work, its answer never arrives; the connection is cut (silent: the device times out).',
  written: z.union([z.literal('lose-response'), z.strictObject({ 'lose-response': options })]).transform((text) => ({
    fault: 'lose-response',
    silent: typeof text === 'object' && text['lose-response'].silent === true,
  })),
  rule: (setting, { leg }) => (leg === 'response' ? { kind: 'drop', seen: setting.silent ? 'silence' : 'cut' } : pass),
};
