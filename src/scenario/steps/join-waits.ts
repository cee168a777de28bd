import type { StepEnd, Wait } from '../scene.ts';

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
