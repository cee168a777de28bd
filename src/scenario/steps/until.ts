import * as z from 'zod';
import { formatDuration } from '../../lib/duration.ts';
import { describeJudgement } from '../judgement.ts';
import { checkMap } from '../language/nested.ts';
import { duration } from '../language/values.ts';
import { checksNeed, tellChecks } from './checks.ts';
import { defaultWithinMs, defineVerb } from './verb.ts';

/** Waits until checks of the subject hold together. */
export const until = defineVerb(z.strictObject({ until: checkMap, within: duration.optional() }), {
  name: 'until',
  about:
    'Waits until what is expected holds, at most `within` (15m unless said). Takes every expectation of this actor; `all: synced` is short for `all: { until: synced }`.',
  actors: ['device', 'server'],
  judges: true,
  example: 'tablet: { until: { queue: 0 }, within: 1m }',
  needs: (args) => checksNeed(args.until),
  tell: (args) =>
    `waits for: ${tellChecks(args.until)}${args.within === undefined ? '' : `, within ${formatDuration(args.within)}`}`,
  play: (args, scene) => {
    const judge = () => scene.judge(args.until, scene.subject);
    return {
      kind: 'wait',
      withinMs: args.within ?? defaultWithinMs,
      waitsFor: `${scene.subject.name} ${tellChecks(args.until)}`,
      condition: async () => {
        const judgement = await judge();
        return judgement.differences.length === 0
          ? { holds: true }
          : { holds: false, because: describeJudgement(judgement) };
      },
      differing: judge,
    };
  },
});
