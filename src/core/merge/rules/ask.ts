import type { Clash, Ruling } from '../../model/field.ts';

/** Neither side stands until a person has chosen. */
export function ask(_clash: Clash): Ruling {
  return { take: 'ask' };
}
