import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { ChosenPins } from '../explore/draw-story.ts';
import { usageError } from './exit.ts';

const pins = z.record(z.string(), z.int().min(0)).default({});
const fileSchema = z.strictObject({ story: pins, world: pins });

/** The pins of a file that `explore --choices` wrote, or somebody by hand. */
export function readPins(file: string): ChosenPins {
  const read = fileSchema.safeParse(parsed(file));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw usageError(
    `${file} holds no pins: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
    'write { "story": { "regime#0": 3 }, "world": {} }, or let explore --choices write it',
  );
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw usageError(`${file} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
