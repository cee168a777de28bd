import type { AuthOptions } from './authenticator.ts';

/** What .NET calls ClockSkew: a token passes for so long after its end unless something else is said, ms. */
const clockSkewMs = 300_000;

/** The options with .NET's leeway for tokens that have ended, where they say nothing of it. */
export function withClockSkew<Options extends AuthOptions>(auth: Options): Options {
  return auth.kind === 'none' ? auth : { lateMs: clockSkewMs, ...auth };
}
