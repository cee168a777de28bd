import type { ServerAnswer, ServerCall } from './serve-sync.ts';

/** What a fault does to a call at one of its two points. */
export type FaultEffect =
  | { readonly kind: 'none' }
  /** This answer in place of the server's own. Before judging nothing is judged; after the commit the effect stands. */
  | { readonly kind: 'answer'; readonly answer: ServerAnswer }
  /** No answer: the connection is cut. */
  | { readonly kind: 'cut' };

/** Where faults reach into the server: before a call is judged, and after its commit before it is answered. */
export interface FaultHook {
  before(call: ServerCall): FaultEffect;
  after(call: ServerCall, answer: ServerAnswer): FaultEffect;
}
