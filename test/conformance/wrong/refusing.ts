import { answering, asking, instead } from '../falsify.ts';
import type { SeenCall, Wrong } from '../wrong-server.ts';

const crashed = { status: 500, text: '{"code":"internal"}' };
const fine = {
  status: 200,
  text: '{"epoch":"e","cursor":"c","hasMore":false,"serverTime":1,"changes":[],"settled":[],"results":[]}',
};
const isPacked = ({ headers }: SeenCall): boolean => headers['content-encoding'] === 'gzip';

/** Wrong servers for the claims on tokens, addresses, bodies and headers. */
export const wrongRefusing: Readonly<Record<string, () => Wrong>> = {
  'a-call-without-a-token-is-401': lettingAnybodyIn,
  'another-scheme-is-no-token': lettingAnybodyIn,
  'a-forged-token-is-401': withoutSignatures,
  'an-unknown-address-is-404': () =>
    answering('/api/sync/nothing', (answer) => {
      answer.status = 200;
    }),
  'a-wrong-method-is-405': () =>
    answering('push pull resolve', ({ headers }) => void Reflect.deleteProperty(headers, 'allow')),
  'malformed-json-is-400': () => instead(({ raw }) => raw.toString() === '{}{}', crashed),
  'a-body-of-another-shape-is-400': () => instead(({ body }) => !Array.isArray(body.changes ?? []), fine),
  'another-content-type-is-refused': () =>
    asking('push', (_, { headers }) => {
      headers['content-type'] = 'application/json';
    }),
  'an-unknown-encoding-is-refused': () =>
    asking('push', (_, { headers }) => void Reflect.deleteProperty(headers, 'content-encoding')),
  'a-broken-gzip-body-is-refused': () => instead(isPacked, crashed),
  'a-gzip-body-is-read': () => instead(isPacked, { status: 400, text: '{"code":"malformed_json"}' }),
  'a-body-too-large-is-413': () => answering('push', ({ body }) => void Reflect.deleteProperty(body, 'limit')),
  'a-packed-bomb-is-refused': () => instead(isPacked, fine),
  'deep-nesting-is-refused': () => instead(({ raw }) => raw.includes('[[[['), crashed),
  'large-headers-are-survived': () =>
    instead(({ headers }) => (headers['x-conformance'] ?? '').length > 20_000, crashed),
  'no-value-makes-a-5xx': () => instead(({ raw }) => raw.includes('DROP TABLE'), crashed),
  'another-device-in-the-header-is-refused': () =>
    asking('pull', (_, { headers }) => void Reflect.deleteProperty(headers, 'x-device-id')),
};

/** Takes whoever brings no bearer token for a guest. */
function lettingAnybodyIn(): Wrong {
  return (call, forward) => {
    if (!/^Bearer ./.test(call.headers.authorization ?? '')) call.headers.authorization = 'Bearer guest';
    return forward(call);
  };
}

/** Reads the claims of a token and never its signature: any token is as good as the true one. */
function withoutSignatures(): Wrong {
  return (call, forward) => {
    if (call.headers.authorization !== undefined) call.headers.authorization = `Bearer ${trueToken.text}`;
    return forward(call);
  };
}

/** The token that the server of signed tokens takes. */
export const trueToken = { text: '' };
