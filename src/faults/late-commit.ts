import * as z from 'zod';
import { durationSchema } from './duration-schema.ts';
import { type Fault, pass } from './fault.ts';

/** The parsed form: how long after its beginning the server's transaction commits, ms of the story's clock. */
export interface LateCommit {
  readonly fault: 'late-commit';
  readonly afterMs: number;
}

/** A transaction of the server that reads its clock at once, and commits when others that began later have committed. */
export const lateCommit: Fault<LateCommit> = {
  about:
    'The server begins its transaction at once and commits it that much later, then answers: what it writes carries the time of the beginning, and becomes visible after newer rows.',
  written: z
    .strictObject({ 'late-commit': durationSchema })
    .transform((text) => ({ fault: 'late-commit', afterMs: text['late-commit'] })),
  rule: ({ afterMs }, { leg }) => (leg === 'request' ? { kind: 'commit-late', afterMs } : pass),
};
