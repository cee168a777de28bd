import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { checkedToken, type VerifyToken } from './checked-token.ts';
import { firebaseIssuer } from './firebase.ts';
import type { Authenticator } from './identity.ts';
import { verifyBy } from './jwks.ts';
import type { KeyOf } from './remote-keys.ts';

/** How the test issuer makes its tokens. */
export interface IssuerOptions {
  /** How long a token lives, ms; default one hour. */
  readonly lifetimeMs?: number;
  /** Share of the lifetime, 0 to 1, over which the ends of tokens are spread so that not all devices renew at once; default 0.2. */
  readonly spread?: number;
  /** How far the issuer's clock is ahead of the server's, ms; negative: behind. Default 0. */
  readonly skewMs?: number;
  /** Issues id tokens as Firebase does for this project, in place of tokens under its own address. */
  readonly project?: string;
  /** How long after its end a token still passes, ms; default 0. */
  readonly lateMs?: number;
}

/** What a token is wanted for; what is left out is as the issuer does it. */
export interface TokenWish {
  readonly uid: string;
  /** Exactly so long, ms, without spread; negative: it has ended already. */
  readonly lifetimeMs?: number | undefined;
  readonly skewMs?: number | undefined;
  /** When the user signed in, seconds since 1970; default: now. */
  readonly signedInAt?: number | undefined;
  /** Claims beside or in place of the usual ones; null leaves one out. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined;
}

/** Tokens as an issuer hands them over. */
export interface IssuedTokens {
  readonly token: string;
  readonly refreshToken: string;
  readonly expiresInMs: number;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Where the issuer is on its server. */
export const issuerPath = '/issuer';

const audienceOfOwn = 'guras-sync';
/** The golden ratio: its multiples modulo 1 lie apart from each other at any count. */
const golden = 0.618_033_988_749_894_9;

/**
 * An issuer for tests with keys of its own, which gives a token for any user to anyone who asks. A refused user gets
 * no new ones. Keys and refusals live as long as the process.
 */
export class TestIssuer {
  /** Takes the tokens of this issuer. */
  readonly authenticate: Authenticator;
  readonly #options: IssuerOptions;
  readonly #world: { readonly nowMs: () => number; readonly url: () => string };
  readonly #secret = randomBytes(32);
  readonly #refused = new Set<string>();
  #keys: readonly SigningKey[] = [];
  #keyOf: KeyOf = createLocalJWKSet({ keys: [] });
  #issued = 0;

  private constructor(options: IssuerOptions, world: { readonly nowMs: () => number; readonly url: () => string }) {
    this.#options = options;
    this.#world = world;
    const { lateMs = 0 } = options;
    const verify: VerifyToken = (token, now) => {
      const { issuer, audience } = this;
      return verifyBy(this.#keyOf, { issuer, audience, lateMs, algorithms: ['RS256'] })(token, now);
    };
    this.authenticate = checkedToken(verify, { lateMs });
  }

  /** An issuer with its first key. `url`: its own address, asked when it is needed. `nowMs`: the server's clock. */
  static async make(
    options: IssuerOptions,
    world: { readonly nowMs: () => number; readonly url: () => string },
  ): Promise<TestIssuer> {
    const issuer = new TestIssuer(options, world);
    await issuer.rotate({ keep: 0 });
    return issuer;
  }

  /** Its address. */
  get url(): string {
    return this.#world.url();
  }

  /** What tokens name as their issuer. */
  get issuer(): string {
    return this.#options.project === undefined ? this.#world.url() : firebaseIssuer(this.#options.project);
  }

  /** What tokens name as their audience. */
  get audience(): string {
    return this.#options.project ?? audienceOfOwn;
  }

  /** The public keys, the signing one first. */
  keySet(): JSONWebKeySet {
    return { keys: this.#keys.map(({ publicJwk }) => publicJwk) };
  }

  /** Signs with a new key from now on; the newest `keep` (0 or more) of the old ones stay in the key set. Gives its name. */
  async rotate({ keep }: { readonly keep: number }): Promise<string> {
    const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2_048 });
    const kid = randomBytes(8).toString('hex');
    const publicJwk = { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' };
    this.#keys = [{ kid, privateKey, publicJwk }, ...this.#keys.slice(0, keep)];
    this.#keyOf = createLocalJWKSet(this.keySet());
    return kid;
  }

  /** Refuses this user new tokens from now on, or no longer; tokens that are out stay good. */
  refuse(uid: string, refused: boolean): void {
    if (refused) this.#refused.add(uid);
    else this.#refused.delete(uid);
  }

  /** Tokens as wished; null: the user is refused. */
  async issue(wish: TokenWish): Promise<IssuedTokens | null> {
    if (this.#refused.has(wish.uid)) return null;
    const nowMs = this.#world.nowMs() + (wish.skewMs ?? this.#options.skewMs ?? 0);
    const issuedAt = Math.floor(nowMs / 1_000);
    this.#issued += 1;
    const lifetimeMs = wish.lifetimeMs ?? this.#nextLifetimeMs();
    const signedInAt = wish.signedInAt ?? issuedAt;
    const token = await this.#signed({
      iss: this.issuer,
      aud: this.audience,
      sub: wish.uid,
      iat: issuedAt,
      exp: issuedAt + Math.round(lifetimeMs / 1_000),
      auth_time: signedInAt,
      jti: String(this.#issued),
      ...(this.#options.project === undefined ? {} : firebaseClaims(wish.uid)),
      ...wish.claims,
    });
    return { token, refreshToken: this.#refreshToken(wish.uid, signedInAt), expiresInMs: lifetimeMs };
  }

  /** Tokens for a refresh token of this issuer; `unknown` for another one, null when its user is refused. */
  async renew(refreshToken: string): Promise<(IssuedTokens & { readonly uid: string }) | 'unknown' | null> {
    const [body = '', mark = ''] = refreshToken.split('.', 2);
    if (!sameText(mark, this.#markOf(body))) return 'unknown';
    const [uid, signedInAt] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [string, number];
    const issued = await this.issue({ uid, signedInAt });
    return issued === null ? null : { ...issued, uid };
  }

  #nextLifetimeMs(): number {
    const { lifetimeMs = 3_600_000, spread = 0.2 } = this.#options;
    return Math.max(1_000, Math.round(lifetimeMs * (1 - spread * ((this.#issued * golden) % 1))));
  }

  #signed(claims: Readonly<Record<string, unknown>>): Promise<string> {
    const [key] = this.#keys;
    if (key === undefined) return Promise.reject(new Error('the issuer has no key yet'));
    const present = Object.entries(claims).filter(([, value]) => value !== null);
    return new SignJWT(Object.fromEntries(present))
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
      .sign(key.privateKey);
  }

  #refreshToken(uid: string, signedInAt: number): string {
    const body = Buffer.from(JSON.stringify([uid, signedInAt])).toString('base64url');
    return `${body}.${this.#markOf(body)}`;
  }

  #markOf(body: string): string {
    return createHmac('sha256', this.#secret).update(body).digest('base64url');
  }
}

function firebaseClaims(uid: string): Readonly<Record<string, unknown>> {
  return { user_id: uid, firebase: { identities: {}, sign_in_provider: 'custom' } };
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
