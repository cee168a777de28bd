import * as z from 'zod';
import { stepList } from '../language/nested.ts';
import type { PlanStep } from '../plan.ts';
import type { Scene, StepEnd, Wait } from '../scene.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({ together: stepList, orders: z.enum(['given', 'seeded', 'all']).optional() });

/** Steps that begin at the same instant; the story goes on when all have ended. */
export const together = defineVerb(schema, {
  name: 'together',
  about:
    'Begins all these steps at one instant and goes on when all have ended. `orders`: `given` (default), `seeded` (one order drawn by the seed), or `all` (one case for every order, at most 24).',
  actors: ['story'],
  composite: true,
  example: 'together: [ { phone: sync }, { tablet: sync } ]',
  tell: (args) => `${args.together.length} steps together`,
  play: async (args, scene) => {
    const waits: Wait[] = [];
    for (const step of args.orders === 'seeded' ? shuffled(args.together, scene) : args.together) {
      const end = await scene.begin(step);
      if (end?.kind === 'failed') return end;
      if (end !== null) waits.push(end);
    }
    return joinWaits(waits);
  },
});

function shuffled(steps: readonly PlanStep[], scene: Scene): readonly PlanStep[] {
  const rest = [...steps];
  const order: PlanStep[] = [];
  while (rest.length > 0) order.push(...rest.splice(scene.draw(rest.length, 'together'), 1));
  return order;
}

/** Several waits as one: all must hold at the same look, before the last of their deadlines. Null for none. */
export function joinWaits(waits: readonly Wait[]): StepEnd {
  const [first] = waits;
  if (first === undefined || waits.length === 1) return first ?? null;
  return {
    kind: 'wait',
    withinMs: Math.max(...waits.map(({ withinMs }) => withinMs)),
    waitsFor: waits.map(({ waitsFor }) => waitsFor).join(' and '),
    condition: async () => {
      for (const wait of waits) {
        const standing = await wait.condition();
        if (!standing.holds) return standing;
      }
      return { holds: true };
    },
    failure: () => {
      for (const wait of waits) {
        const failure = wait.failure?.() ?? null;
        if (failure !== null) return failure;
      }
      return null;
    },
    differing: async () => {
      const all = await Promise.all(waits.map((wait) => wait.differing?.()));
      return {
        differences: all.flatMap((one) => one?.differences ?? []),
        holding: all.flatMap((one) => one?.holding ?? []),
      };
    },
  };
}
