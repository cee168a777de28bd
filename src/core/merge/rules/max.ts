import { extreme } from './extreme.ts';

/** The larger number stands; null loses. Symmetric: the order of arrival has no influence. */
export const max = extreme((a, b) => a > b);
