import type { ChangeId } from '../ids.ts';
import type { Item } from '../queue/item.ts';
import { isLeft, isLeftDecision } from './this-life.ts';
import type { Turn } from './turn.ts';

/** Changes and decisions to ask about, and the place up to which that is; null for these are the last. */
export interface Older {
  readonly ids: readonly ChangeId[];
  readonly next: number | null;
}

/**
 * The next changes and decisions that an earlier life left unsent, as far as is known here: data that are those of a backup, or were copied, say so of
 * what was sent since. All are asked about once, before any row is taken that may hold one of them: it would be merged as another's.
 */
export function olderToAsk(turn: Turn): Older {
  const { olderFrom } = turn.state;
  if (olderFrom === null || turn.meta('device').forked) return { ids: [], next: null };
  const limit = Math.max(1, turn.limits.unsettledAsked);
  const items = (['pending', 'waiting'] as const)
    .flatMap((state) => behind(turn, state, { place: olderFrom, limit }))
    .sort((a, b) => a.place - b.place);
  const asked = items.slice(0, limit);
  const last = items.length > limit ? asked.at(-1) : undefined;
  return { ids: asked.map(({ id, resolution }) => resolution?.body.id ?? id), next: last?.place ?? null };
}

/** Changes left by earlier lives in this state, behind a place: one more than the limit, where there are so many. */
function behind(
  turn: Turn,
  state: Item['state'],
  { place, limit }: { readonly place: number; readonly limit: number },
): readonly Item[] {
  const found: Item[] = [];
  for (let after: readonly (string | number)[] | null = [state, place, '~']; after !== null; ) {
    const items: readonly Item[] = turn.scan('items', { index: 'byState', prefix: [state], after, limit: page });
    found.push(...items.filter((item) => isLeft(turn, item) || isLeftDecision(turn, item)));
    const last = items.at(-1);
    after = items.length < page || last === undefined || found.length > limit ? null : [state, last.place, last.id];
  }
  return found;
}

/** Items read at a time. */
const page = 256;
