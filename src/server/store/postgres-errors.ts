import { StoreUnavailable } from './async-store.ts';

/** What a failure of PostgreSQL means for the work that met it. */
export type Failure =
  /** Another transaction came first; nothing was written, and the work may be run again at once. */
  | 'again'
  /** The database is away, overloaded, or took too long; the work may be asked for again later. */
  | 'away'
  /** A bug here or in the database: asking again would not help. */
  | 'broken';

/** Serialization failure and deadlock: the database undid the transaction. */
const again = new Set(['40001', '40P01']);
/** Lock and statement timeouts, shut down or starting, a standby that can't write. */
const away = new Set(['55P03', '57014', '57P01', '57P02', '57P03', '57P05', '25006', '25P03', '25P04']);
/** Classes: connection exception, insufficient resources, system error. */
const awayClasses = new Set(['08', '53', '58']);

/** Tells what a failure means. An error without a state of SQL is one of the connection. */
export function failureOf(error: unknown): Failure {
  const state = stateOf(error);
  if (state === null) return 'away';
  if (again.has(state)) return 'again';
  return away.has(state) || awayClasses.has(state.slice(0, 2)) ? 'away' : 'broken';
}

/** The five characters that SQL names a failure by; null for a failure of the connection. */
export function stateOf(error: unknown): string | null {
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown };
  return typeof code === 'string' && code.length === 5 && typeof severity === 'string' ? code : null;
}

/** The failure as callers of a store know it. It names the kind of failure, never an address or a value. */
export function unavailable(error: unknown): StoreUnavailable {
  const state = stateOf(error);
  const { code } = error as { readonly code?: unknown };
  const reason = state ?? (typeof code === 'string' ? code : 'the connection failed');
  return new StoreUnavailable(`PostgreSQL does not answer now (${reason}).`, { cause: error });
}
