import * as z from 'zod';
import { type Fault, pass } from './fault.ts';

/** The parsed form. `silent`: the device notices nothing until its own timeout, otherwise its connection is cut. */
export interface LoseRequest {
  readonly fault: 'lose-request';
  readonly silent: boolean;
}

const options = z.strictObject({ silent: z.boolean().optional() });

/** The request is lost on its way: the server never sees it. */
export const loseRequest: Fault<LoseRequest> = {
  about: 'The request never reaches the server; the connection is cut (silent: the device waits for its timeout).',
  written: z.union([z.literal('lose-request'), z.strictObject({ 'lose-request': options })]).transform((text) => ({
    fault: 'lose-request',
    silent: typeof text === 'object' && text['lose-request'].silent === true,
  })),
  rule: (setting, { leg }) => (leg === 'request' ? { kind: 'drop', seen: setting.silent ? 'silence' : 'cut' } : pass),
};
