import type { Json } from '../../lib/json.ts';
import { withSteps } from './cut-steps.ts';
import type { Search } from './search.ts';
import { isObject, isSettle, stepsOf } from './story-parts.ts';

/** Far longer than any poll, backoff or probe, and far shorter than the default: a story that hangs is known sooner. */
const soon = '30m';

/** A story that never comes to rest is played through to the end of its patience each time: while it is searched, that is short. */
export async function hasten(search: Search): Promise<void> {
  if (search.claim !== 'liveness') return;
  const steps = stepsOf(search.best).map((step) => (isPatient(step) ? { ...step, within: soon } : step));
  await search.accepts(withSteps(search.best, steps));
}

/** Gives the story its patience back, if it hangs with that too. */
export async function takeTime(search: Search): Promise<void> {
  const steps = stepsOf(search.best).map((step) => (isSettle(step) && isObject(step) ? patient(step) : step));
  await search.accepts(withSteps(search.best, steps));
}

function isPatient(step: Json): step is { readonly [key: string]: Json } {
  return isObject(step) && isSettle(step) && step.within === undefined;
}

function patient(step: { readonly [key: string]: Json }): Json {
  const { within, ...rest } = step;
  return within === soon ? rest : step;
}
