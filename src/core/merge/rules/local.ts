import type { Clash, Ruling } from '../../model/field.ts';

/** The value that arrives last stands: each device insists on its own. The outcome depends on the order of arrival. */
export function local(_clash: Clash): Ruling {
  return { take: 'local' };
}
