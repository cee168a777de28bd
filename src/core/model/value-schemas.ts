import * as z from 'zod/mini';

/** The id of a row or of a piece of content: 1 to 128 characters. */
export const idSchema = z.string().check(z.minLength(1), z.maxLength(128));

/** A moment as ISO 8601 with an offset (`Z` or `+02:00`), kept as written. Without an offset it means nothing. */
export const momentSchema = z.iso.datetime({ offset: true });

/** A whole number from `least` to `most`, both included. */
export function wholeSchema(least: number, most: number) {
  return z.number().check(z.int(), z.minimum(least), z.maximum(most));
}

/** A text of 1 to `most` characters (UTF-16 units). */
export function textSchema(most: number) {
  return z.string().check(z.minLength(1), z.maxLength(most));
}

/** True or false. */
export const flagSchema = z.boolean();
