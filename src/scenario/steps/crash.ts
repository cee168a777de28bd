import * as z from 'zod';
import { deviceOf } from '../expectations/running.ts';
import { defineVerb } from './verb.ts';

const schema = z.strictObject({
  crash: z.enum(['before', 'after']).meta({ description: 'before anything of the commit is kept, or right after it' }),
  commit: z.int().min(1).optional().meta({ description: 'in which commit from now on; 1 unless said' }),
});

/** Kills the app in the middle of a commit that is still to come. */
export const crash = defineVerb(schema, {
  name: 'crash',
  about:
    'Kills the app in a commit to come, the next or the `commit`-th: `before` anything of it is kept, or right `after` it, when nobody has heard of it. Each edit, decision, answer and page that changes something is one commit. A step that the app dies in ends there and gives no label; `until: { running: false }` waits for it, `disarm` takes it back.',
  actors: ['device'],
  example: 'phone: { crash: before, commit: 2 }',
  needs: () => ['kill'],
  tell: ({ crash: moment, commit = 1 }) => `is to die right ${moment} commit ${commit} from now`,
  play: ({ crash: moment, commit = 1 }, { subject }) => {
    deviceOf(subject).crashAt({ moment, commit });
    return null;
  },
});
