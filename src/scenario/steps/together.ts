import * as z from 'zod';
import { stepList } from '../language/nested.ts';
import type { PlanStep } from '../plan.ts';
import type { Scene, Wait } from '../scene.ts';
import { joinWaits } from './join-waits.ts';
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
