import { extreme } from './extreme.ts';

/** The smaller number stands; null loses. Symmetric: the order of arrival has no influence. */
export const min = extreme((a, b) => a < b);
