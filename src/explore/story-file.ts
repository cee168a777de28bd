import { stringify } from 'yaml';
import type { JsonObject } from '../lib/json.ts';

/** A story as the text of a scenario file that `run` plays: the same steps, with what it is about in its title. */
export function storyFile(
  story: JsonObject,
  { seed, broken }: { readonly seed: string; readonly broken: string },
): string {
  const told = { ...story, scenario: `random story ${seed} keeps ${broken}`, tags: ['random'] };
  return stringify(told, { lineWidth: 120, aliasDuplicateObjects: false });
}
