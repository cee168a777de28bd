import { present } from '../lib/assert.ts';
import type { PlanStep } from './plan.ts';
import { verbNamed } from './steps/table.ts';
import type { ActorKind, Verb } from './steps/verb.ts';

/** What kind of actor a step has. */
function actorKindOf({ actor }: Pick<PlanStep, 'actor'>): ActorKind {
  return actor === 'server' || actor === 'network' || actor === 'clock' || actor === 'story' ? actor : 'device';
}

/** The verb of a step. Throws BugError for an unknown one: the reader lets none through. */
export function verbOf(step: Pick<PlanStep, 'actor' | 'verb'>): Verb {
  return present(verbNamed(actorKindOf(step), step.verb), `${step.verb} is a verb of ${step.actor}`);
}
