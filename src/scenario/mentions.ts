import type { EntityKey } from '../core/ids.ts';

/** What a step or check speaks of by name, so that a name that means nothing is found before anything runs. */
export interface Mentions {
  readonly rows?: readonly EntityKey[];
  readonly entityTypes?: readonly string[];
  readonly fields?: readonly { readonly entityType: string; readonly names: readonly string[] }[];
  readonly labels?: readonly string[];
  readonly devices?: readonly string[];
}

/** All that several steps or checks speak of. */
export function joinMentions(all: readonly Mentions[]): Mentions {
  return {
    rows: all.flatMap(({ rows }) => rows ?? []),
    entityTypes: all.flatMap(({ entityTypes }) => entityTypes ?? []),
    fields: all.flatMap(({ fields }) => fields ?? []),
    labels: all.flatMap(({ labels }) => labels ?? []),
    devices: all.flatMap(({ devices }) => devices ?? []),
  };
}
