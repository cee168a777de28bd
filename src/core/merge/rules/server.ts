import type { Clash, Ruling } from '../../model/field.ts';

/** The value that the server took first stands, whatever the intents. */
export function server(_clash: Clash): Ruling {
  return { take: 'server' };
}
