import * as z from 'zod';
import type { Fault } from './fault.ts';

/** The parsed form: how many bytes pass in a second, each way. */
export interface Bandwidth {
  readonly fault: 'bandwidth';
  readonly bytesPerSec: number;
}

const units = { B: 1, kB: 1_000, MB: 1_000_000 } as const;

/** A narrow line: a message takes as long as its bytes need. */
export const bandwidth: Fault<Bandwidth> = {
  about: 'The line is narrow: request and answer take as long as their bytes need at so many in a second (1kB, 64kB).',
  written: z
    .strictObject({
      bandwidth: z
        .string({ error: 'bytes in a second, with a unit: 512B, 8kB, 1MB' })
        .regex(/^[1-9]\d{0,6}(B|kB|MB)$/, { error: 'bytes in a second, with a unit: 512B, 8kB, 1MB' }),
    })
    .transform((text) => ({ fault: 'bandwidth', bytesPerSec: bytesOf(text.bandwidth) })),
  rule: ({ bytesPerSec }) => ({ kind: 'narrow', bytesPerSec }),
};

function bytesOf(text: string): number {
  const unit = text.replace(/^\d+/, '') as keyof typeof units;
  return Number.parseInt(text, 10) * units[unit];
}
