import * as z from 'zod';
import { defineExpectation, differs } from './expectation.ts';
import { deviceOf } from './running.ts';

const words = (runs: boolean): string => (runs ? 'running' : 'killed');

/** Whether the app runs: a story waits with it for a crash. */
export const isRunning = defineExpectation(z.boolean(), {
  name: 'running',
  about: 'Whether the app runs: false once it was killed or has crashed, and until it is started again.',
  subjects: ['device'],
  example: 'phone: { running: true }',
  tell: (wanted) => `app is ${words(wanted)}`,
  judge: (wanted, subject) => {
    const actual = deviceOf(subject).engine() !== null;
    return actual === wanted ? [] : [differs('an app that is', words(actual), words(wanted))];
  },
});
