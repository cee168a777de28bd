import { env } from 'node:process';
import type { TokenSource } from '../../ports/transport.ts';

/** The token in an environment variable, read at each call. Unset or empty means signed out; no refresh gives another. */
export function environmentToken(name: string): TokenSource {
  const read = (): string | null => env[name]?.trim() || null;
  return { current: () => Promise.resolve(read()), refresh: () => Promise.resolve(null) };
}
