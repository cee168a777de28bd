import * as z from 'zod/mini';
import { counterField, entityType, serverField, userField } from '../../src/core/model/declare.ts';
import { makeRegistry } from '../../src/core/model/registry.ts';

const text = z.string();
const maybe = z.nullable(text);

/** One type for each rule of the protocol: fields and a unit, a natural key, a reference, counters, a catalogue. */
export const testRegistry = makeRegistry({
  schemaVersion: 3,
  types: [
    entityType({
      name: 'notes',
      about: 'Fields and a unit.',
      units: { span: { fields: ['from', 'to'], merge: 'latest' } },
      fields: {
        title: userField(text),
        body: userField(maybe),
        from: userField(z.nullable(z.number())),
        to: userField(z.nullable(z.number())),
        local: { schema: text, owner: 'device', merge: 'local' },
      },
    }),
    entityType({
      name: 'courses',
      about: 'A natural key.',
      naturalKey: ['program'],
      fields: { program: userField(text), status: userField(maybe) },
    }),
    entityType({
      name: 'lessons',
      about: 'Refers to a course.',
      references: [{ field: 'course', entityType: 'courses' }],
      fields: { course: userField(text), day: userField(z.nullable(z.number())) },
    }),
    entityType({
      name: 'stats',
      about: 'Counters.',
      fields: { total: counterField(z.number().check(z.minimum(0))), best: userField(z.nullable(z.number())) },
    }),
    entityType({
      name: 'quotes',
      about: 'A catalogue.',
      catalogue: true,
      fields: {
        text: serverField(text),
        likeCount: serverField(z.number(), 0),
        commentCount: serverField(z.number(), 0),
        likeCounted: serverField(z.number(), 0),
        commentsCounted: serverField(z.number(), 0),
        liked: userField(z.boolean(), { initial: false }),
        favourite: userField(z.boolean(), { initial: false }),
      },
    }),
    entityType({
      name: 'quoteComments',
      about: 'Refers to a quote.',
      references: [{ field: 'quoteId', entityType: 'quotes' }],
      fields: { quoteId: userField(text), text: userField(text) },
    }),
  ],
});
