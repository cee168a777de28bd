import * as z from 'zod';
import { type CallName, calls } from '../../core/protocol/paths.ts';
import { count, formatCount, isWithin } from '../language/values.ts';
import { defineExpectation, differs } from './expectation.ts';
import { deviceOf } from './running.ts';

const names = Object.keys(calls) as CallName[];

/** How many requests of each call a device sent, or reached the server. */
export const requests = defineExpectation(z.partialRecord(z.enum(names), count), {
  name: 'requests',
  about: `How many requests of each call (${names.join(', ')}) the device sent, or reached the server, since the start.`,
  subjects: ['device', 'server'],
  example: 'phone: { requests: { push: 1, pull: { max: 5 } } }',
  tell: (wanted) =>
    Object.entries(wanted)
      .map(([name, bounds]) => `${name} requests are ${formatCount(bounds)}`)
      .join(', '),
  judge: (wanted, subject, { stage }) => {
    const actual = subject.kind === 'server' ? stage.server.requests() : deviceOf(subject).requests();
    return Object.entries(wanted).flatMap(([name, bounds]) => {
      const made = actual[name as CallName];
      return isWithin(made, bounds) ? [] : [differs(`${name} requests`, String(made), formatCount(bounds))];
    });
  },
});
