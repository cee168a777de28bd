import * as z from 'zod/mini';
import { entityType, userField } from '../declare.ts';
import { idSchema, momentSchema, textSchema } from '../value-schemas.ts';

/** What a user wrote about quotes. Nobody's words are replaced or deleted without asking. */
export const quoteComments = entityType({
  name: 'quoteComments',
  about: "The user's comment on a quote.",
  references: [{ field: 'quoteId', entityType: 'quotes' }],
  onDelete: 'ask',
  fields: {
    quoteId: userField(idSchema, { merge: 'server' }),
    text: userField(textSchema(2_000), { merge: 'ask' }),
    createdAt: userField(z.nullable(momentSchema), { merge: 'server' }),
  },
});
