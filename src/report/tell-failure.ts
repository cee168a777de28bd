import { formatPlace } from '../scenario/language/place.ts';
import type { Failure } from '../scenario/result.ts';

/** A failure as lines for tools that keep plain text: `file:line:col: sentence`, who is as expected, and why. */
export function tellFailure({ place, sentence, holding, why }: Failure): readonly string[] {
  return [
    place === null ? sentence : `${formatPlace(place)}: ${sentence}`,
    ...(holding.length === 0 ? [] : [`as expected: ${holding.join(', ')}`]),
    ...(why === null ? [] : [`why: ${why}`]),
  ];
}
