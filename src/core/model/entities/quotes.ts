import * as z from 'zod/mini';
import type { JsonObject } from '../../../lib/json.ts';
import { entityType, serverField, userField } from '../declare.ts';
import { fieldValue } from '../registry.ts';
import { flagSchema, textSchema, wholeSchema } from '../value-schemas.ts';

const countSchema = wholeSchema(0, 1_000_000_000);

/** Quotes of the shared catalogue with the user's own part: what a user likes and keeps. */
export const quotes = entityType({
  name: 'quotes',
  about: "A quote of the catalogue, and the user's own part of it.",
  catalogue: true,
  fields: {
    text: serverField(textSchema(2_000)),
    author: serverField(textSchema(200)),
    /** Work, place and translator. */
    source: serverField(z.nullable(textSchema(200))),
    category: serverField(textSchema(60)),
    likeCount: serverField(countSchema, 0),
    commentCount: serverField(countSchema, 0),
    // On the user's part: how much of what this user did is inside the two sums above.
    likeCounted: serverField(wholeSchema(0, 1), 0),
    commentsCounted: serverField(countSchema, 0),
    liked: userField(flagSchema, { initial: false }),
    favourite: userField(flagSchema, { initial: false }),
  },
});

/** Counts of a quote as a user should see them, own part included at once and never twice. */
export interface ShownCounts {
  readonly likes: number;
  readonly comments: number;
  /** The user's own like: 0 or 1. */
  readonly localLikes: number;
  /** The user's own live comments. */
  readonly localComments: number;
}

/**
 * The counts to show: server count − what it counted of mine + mine. `data` is the joined row as shown, `ownComments`
 * how many live comments of the user refer to the quote. Catalogue and user part arrive apart, so for a moment the sum
 * may lag behind what it counted; a shown count is never below the user's own part.
 */
export function shownCounts(data: JsonObject, ownComments: number): ShownCounts {
  const localLikes = fieldValue(quotes, data, 'liked') === true ? 1 : 0;
  const others = (sum: string, counted: string): number => Math.max(0, count(data, sum) - count(data, counted));
  return {
    likes: others('likeCount', 'likeCounted') + localLikes,
    comments: others('commentCount', 'commentsCounted') + ownComments,
    localLikes,
    localComments: ownComments,
  };
}

function count(data: JsonObject, name: string): number {
  const value = fieldValue(quotes, data, name);
  return typeof value === 'number' ? value : 0;
}
