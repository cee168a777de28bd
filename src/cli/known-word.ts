import { nearest } from '../lib/nearest.ts';

/** Remedy for a word that is not known: the one that was probably meant, and what there is. */
export function suggestWord(word: string, known: readonly string[]): string {
  const meant = nearest(word, known);
  const all = `known: ${known.join(', ')}`;
  return meant === null ? all : `did you mean ${meant}? ${all}`;
}
