import { type AuthOptions, makeAuthenticator } from './authenticator.ts';
import type { Authenticator } from './identity.ts';
import type { TestIssuer } from './issuer.ts';

/** Who is let in, and the issuer that is part of the server where it is wanted. */
export interface Gate {
  readonly authenticate: Authenticator;
  readonly issuer: TestIssuer | null;
}

/** The gate that these options ask for. `url`: the server's address, asked when it is needed. */
export async function openGate(
  auth: AuthOptions,
  { nowMs, url }: { readonly nowMs: () => number; readonly url: () => string },
): Promise<Gate> {
  if (auth.kind !== 'issuer') return { authenticate: await makeAuthenticator(auth), issuer: null };
  const { TestIssuer, issuerPath } = await import('./issuer.ts');
  const issuer = await TestIssuer.make(auth, { nowMs, url: () => `${url()}${issuerPath}` });
  return { authenticate: issuer.authenticate, issuer };
}
