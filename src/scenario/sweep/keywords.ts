/** What a sweep does at each point of a story, by the word for it in scenarios. The order is that of the variants. */
export const sweepKinds = {
  'crash-at-every-step': 'kills each running app before each step, and before the end, and starts it again at once',
  'crash-at-every-answer':
    'kills the app in the commit that keeps each answer: before anything of it is kept, and right after; it starts again a second later',
  'fail-every-write':
    'lets each write that an app makes by itself fail once, as on a full disk: of answers, of what is handed over, of its timers and its start',
  'lose-every-leg': 'loses each request, and each answer',
  'duplicate-every-leg': 'lets each request reach the server twice: at once, and again a minute after its answer',
  'delay-every-leg': 'lets each request, and each answer, arrive 20s later',
  'expire-token-at-every-request': 'answers each request with 401 once, as to a token that has expired',
} as const;

/** One way to disturb a story. */
export type SweepKind = keyof typeof sweepKinds;

/** What `sweep` may say: one way, or `all` of them one after the other. */
export type SweepKeyword = SweepKind | 'all';

/** Every word that `sweep` takes. */
export const sweepKeywords: readonly [SweepKeyword, ...SweepKeyword[]] = [
  'all',
  ...(Object.keys(sweepKinds) as SweepKind[]),
];

/** The ways that a word asks for, in their order. */
export function kindsOf(keyword: SweepKeyword): readonly SweepKind[] {
  return keyword === 'all' ? (Object.keys(sweepKinds) as SweepKind[]) : [keyword];
}
