import * as z from 'zod';
import type { PlanCheck, PlanExpectation, PlanStep } from '../plan.ts';

// The parts of a step that hold steps, expectations or checks themselves. The reader recognises these schemas by
// identity, reads what stands there by the tables, and hands the plan form to the schema; the JSON Schema puts a
// reference in their place.

/** A list of steps, read to their plan form. */
export const stepList = z.custom<readonly PlanStep[]>(() => true);

/** A list of expectations, each naming its subject first, read to their plan form. */
export const expectationList = z.custom<readonly PlanExpectation[]>(() => true);

/** Checks of the step's own subject, read to their plan form. */
export const checkMap = z.custom<readonly PlanCheck[]>(() => true);

/** What a nested part holds, or null for an ordinary value. Looks through `optional`. */
export function nestedKind(schema: unknown): 'steps' | 'expectations' | 'checks' | null {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  if (inner === stepList) return 'steps';
  if (inner === expectationList) return 'expectations';
  return inner === checkMap ? 'checks' : null;
}
