import type { KeyedRandom } from '../../src/lib/keyed-random.ts';
import type { Point } from '../process/watched-line.ts';

/** What runs on a device's file until it is killed: the writer, or a command of the tool. */
export type Work = 'writer' | 'device create' | 'device sync' | 'device watch';

/** When it is killed. `at` a point of the way of its `nth` request, right after it began its `nth` write, or after a time. */
export type Moment =
  | { readonly kind: 'request'; readonly at: Exclude<Point, 'forwarded'>; readonly nth: number }
  | { readonly kind: 'write'; readonly nth: number }
  | { readonly kind: 'time'; readonly afterMs: number };

/** One life of a device: what it does and when it is killed. */
export interface Life {
  readonly work: Work;
  readonly moment: Moment;
  /** Whether a request that was on its way at the kill still reaches the server, and how much later, ms. */
  readonly late: number | null;
}

const kinds: readonly { readonly weight: number; readonly work: Work; readonly kind: Moment['kind'] }[] = [
  { weight: 45, work: 'writer', kind: 'request' },
  { weight: 25, work: 'writer', kind: 'write' },
  { weight: 8, work: 'writer', kind: 'time' },
  { weight: 8, work: 'device create', kind: 'time' },
  { weight: 8, work: 'device sync', kind: 'request' },
  { weight: 6, work: 'device watch', kind: 'request' },
];

/** The n-th life, drawn. A time is drawn between 0 and `usualMs`, how long such a process usually takes. */
export function drawLife(random: KeyedRandom, n: number, usualMs: number): Life {
  let drawn = random.below(100, 'kind', n);
  const chosen = kinds.find(({ weight }) => {
    drawn -= weight;
    return drawn < 0;
  }) ?? { work: 'writer', kind: 'request' };
  const isWriter = chosen.work === 'writer';
  const moments: Readonly<Record<Moment['kind'], Moment>> = {
    request: {
      kind: 'request',
      at: random.below(2, 'point', n) === 0 ? 'arrived' : 'answered',
      nth: 1 + random.below(isWriter ? 5 : 2, 'nth', n),
    },
    write: { kind: 'write', nth: 1 + random.below(20, 'nth', n) },
    time: { kind: 'time', afterMs: usualMs * (0.3 + random.below(90, 'time', n) / 100) },
  };
  const late = random.below(3, 'late', n);
  return { work: chosen.work, moment: moments[chosen.kind], late: late === 0 ? null : late === 1 ? 0 : 400 };
}

/** The moment in a word or two. */
export function momentName({ work, moment }: Life): string {
  const when = { request: moment.kind === 'request' ? moment.at : '', write: 'write', time: 'any time' };
  return `${work} at ${when[moment.kind]}`;
}
