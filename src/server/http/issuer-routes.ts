/**
 * The test issuer over HTTP (`--auth issuer`), for test worlds only; it asks for no token.
 *
 * - `GET /issuer/.well-known/openid-configuration`, `GET /issuer/keys`: discovery and key set, for other servers
 * - `POST /issuer/tokens` `{ uid, lifetimeMs?, skewMs?, claims? }` gives `{ token, refreshToken, expiresInMs }`; 403 for a refused user
 * - `POST /issuer/rotate` `{ keep? }` signs with a new key, the newest `keep` (default 1) old ones stay known; gives `{ kid }`
 * - `POST /issuer/refuse` `{ uid, refused? }`: the user gets no new tokens, or gets them again with false
 * - `POST /issuer/v1/token` is Firebase's exchange of a refresh token for an id token
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import * as z from 'zod';
import { issuerPath, type TestIssuer } from '../auth/issuer.ts';
import { refuse } from '../decide/refusal.ts';
import { schemaDetail } from '../decide/schema-detail.ts';
import { RequestRefused } from './request-refused.ts';

const dayMs = 86_400_000;
const uid = z.string().min(1).max(128);
const wish = z.strictObject({
  uid,
  lifetimeMs: z
    .int()
    .min(-365 * dayMs)
    .max(365 * dayMs)
    .optional(),
  skewMs: z
    .int()
    .min(-365 * dayMs)
    .max(365 * dayMs)
    .optional(),
  claims: z.record(z.string(), z.unknown()).optional(),
});
const rotation = z.strictObject({ keep: z.int().min(0).max(10).default(1) });
const refusal = z.strictObject({ uid, refused: z.boolean().default(true) });

/** Keys may be used for this long without asking again, seconds: short, so that a rotation is soon seen. */
const keysMaxAge = 10;

/** Adds the test issuer's addresses to a server. */
export function addIssuerRoutes(app: FastifyInstance, issuer: TestIssuer): void {
  const url = (path: string): string => `${issuer.url}${path}`;
  app.get(`${issuerPath}/.well-known/openid-configuration`, async () => ({
    issuer: issuer.issuer,
    jwks_uri: url('/keys'),
    token_endpoint: url('/v1/token'),
    id_token_signing_alg_values_supported: ['RS256'],
    subject_types_supported: ['public'],
    response_types_supported: ['id_token'],
  }));
  app.get(`${issuerPath}/keys`, async (_request, reply) => {
    reply.header('cache-control', `public, max-age=${keysMaxAge}`);
    return issuer.keySet();
  });
  app.post(`${issuerPath}/tokens`, async (request, reply) => {
    const issued = await issuer.issue(parsed(wish, request.body));
    if (issued === null) throw new RequestRefused(refuse('forbidden', 'This user gets no tokens.'));
    return unstored(reply).send(issued);
  });
  app.post(`${issuerPath}/rotate`, async (request) => ({
    kid: await issuer.rotate(parsed(rotation, request.body ?? {})),
  }));
  app.post(`${issuerPath}/refuse`, async (request) => {
    const { uid: user, refused } = parsed(refusal, request.body);
    issuer.refuse(user, refused);
    return { uid: user, refused };
  });
  app.register((scope, _options, done) => {
    addExchange(scope, issuer);
    done();
  });
}

/** As securetoken.googleapis.com does it: a form comes, errors are Google's. */
function addExchange(app: FastifyInstance, issuer: TestIssuer): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (_: unknown, body: string) => Object.fromEntries(new URLSearchParams(body)),
  );
  app.post(`${issuerPath}/v1/token`, async (request, reply) => {
    const form = (request.body ?? {}) as Readonly<Record<string, unknown>>;
    const { grant_type: grant, refresh_token: refreshToken } = form;
    if (grant !== 'refresh_token') return failed(reply, 'INVALID_GRANT_TYPE');
    if (typeof refreshToken !== 'string' || refreshToken === '') return failed(reply, 'MISSING_REFRESH_TOKEN');
    const renewed = await issuer.renew(refreshToken);
    if (renewed === 'unknown') return failed(reply, 'INVALID_REFRESH_TOKEN');
    if (renewed === null) return failed(reply, 'USER_DISABLED');
    return unstored(reply).send({
      access_token: renewed.token,
      id_token: renewed.token,
      refresh_token: renewed.refreshToken,
      expires_in: String(Math.floor(renewed.expiresInMs / 1_000)),
      token_type: 'Bearer',
      user_id: renewed.uid,
      project_id: issuer.audience,
    });
  });
}

function failed(reply: FastifyReply, message: string): FastifyReply {
  return reply.code(400).send({ error: { code: 400, message, status: 'INVALID_ARGUMENT' } });
}

function unstored(reply: FastifyReply): FastifyReply {
  return reply.header('cache-control', 'no-store');
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw new RequestRefused(refuse('invalid_request', schemaDetail(result.error)));
}
