import * as z from 'zod';
import { present } from '../../lib/assert.ts';
import { deviceOf } from '../expectations/running.ts';
import { failed } from '../scene.ts';
import { restartAfter } from './restart-wait.ts';
import { defineVerb } from './verb.ts';

/** Copies a device's data onto another device of its user. */
export const clone = defineVerb(z.strictObject({ clone: z.string() }), {
  name: 'clone',
  about:
    "Copies the device's data onto another device of its user, as moving to a new phone does: that one's app is killed and starts on them, with the identity of this one, while this one goes on. The story goes on when it runs.",
  actors: ['device'],
  example: 'phone: { clone: tablet }',
  needs: () => ['copy-data', 'kill'],
  mentions: (args) => ({ devices: [args.clone] }),
  tell: (args) => `is cloned onto ${args.clone}`,
  play: async (args, { stage, subject }) => {
    const from = deviceOf(subject);
    const onto = present(stage.devices.get(args.clone), `the stage has the device ${args.clone}`);
    if (onto.name === from.name) return failed('step', `${from.name} can't be cloned onto itself`);
    if (onto.user !== from.user)
      return failed('step', `${onto.name} is ${onto.user}'s; clone onto a device of ${from.user}`);
    await onto.loadData(from.copyData());
    return restartAfter(onto, 0);
  },
});
