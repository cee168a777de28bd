import type { JsonObject } from '../../lib/json.ts';
import type { Registry } from './registry.ts';

/** What a change that waits to be sent says of its row. */
export interface ChangeContent {
  readonly entityType: string;
  readonly action: 'CREATE' | 'UPDATE' | 'DELETE';
  /** The fields it sets; null when it sets none. */
  readonly data: JsonObject | null;
  /** What it adds to counters; null when it adds nothing. */
  readonly increments: Readonly<Record<string, number>> | null;
}

/** One step from a version of the data to the next. A version without a step says the same in the same words. */
export interface Upgrade {
  /** The version it leads to. */
  readonly to: number;
  /** What a change of the version before says in this one, or null when it can't be said. Pure. */
  readonly change: (content: ChangeContent) => ChangeContent | null;
}

/** The content as this registry's version says it, from the version it was written in; null when it can't be said. */
export function upgraded(registry: Registry, from: number, content: ChangeContent): ChangeContent | null {
  let now: ChangeContent | null = content;
  for (const step of registry.upgrades) {
    if (step.to <= from || now === null) continue;
    now = step.change(now);
  }
  return now;
}
