import { describe, expect, test } from 'vitest';
import { TokenGate } from '../../../src/adapters/portable/token-gate.ts';
import { subjectOf } from '../../../src/adapters/portable/token-subject.ts';
import type { TokenSource } from '../../../src/ports/transport.ts';

function jwt(claims: unknown): string {
  return ['{}', JSON.stringify(claims), 'x'].map((part) => Buffer.from(part).toString('base64url')).join('.');
}

describe('the subject of a token', () => {
  test.each(['ana', 'Ana María 静か 🧘', 'x'.repeat(128), '\u0000'])('%j is read from a JWT', (sub) => {
    expect(subjectOf(jwt({ iss: 'i', sub, exp: 1 }))).toBe(sub);
  });

  test.each(['', 'opaque', 'a.b', 'a.b.c', 'a.%%.c', jwt({}), jwt({ sub: '' }), jwt({ sub: 7 }), jwt(null)])(
    '%j names none',
    (token) => expect(subjectOf(token)).toBeNull(),
  );
});

describe('the token gate', () => {
  test('a source whose current token lags behind its refresh costs one refresh only', async () => {
    let refreshes = 0;
    const source: TokenSource = {
      current: () => Promise.resolve('old'),
      refresh: () => {
        refreshes += 1;
        return Promise.resolve('new');
      },
    };
    const gate = new TokenGate(source);
    expect(await gate.after('old')).toEqual({ kind: 'token', token: 'new', renewed: true });
    expect(await gate.current()).toEqual({ kind: 'token', token: 'new', renewed: false });
    expect(await gate.after('old')).toEqual({ kind: 'token', token: 'new', renewed: false });
    expect(refreshes).toBe(1);
  });

  test('calls that are refused at the same instant share one refresh', async () => {
    let refreshes = 0;
    const gate = new TokenGate({
      current: () => Promise.resolve('old'),
      refresh: () => {
        refreshes += 1;
        return Promise.resolve(`new-${refreshes}`);
      },
    });
    const got = await Promise.all([gate.after('old'), gate.after('old'), gate.after('old')]);
    expect(got).toEqual(Array(3).fill({ kind: 'token', token: 'new-1', renewed: true }));
  });

  test('a call that starts during a refresh waits for it', async () => {
    let give: (token: string) => void = () => undefined;
    const refreshed = new Promise<string>((resolve) => {
      give = resolve;
    });
    const gate = new TokenGate({ current: () => Promise.resolve('old'), refresh: () => refreshed });
    const first = gate.after('old');
    // Once the refresh has begun, which takes the reading of the current token.
    await new Promise(setImmediate);
    const second = gate.current();
    give('new');
    expect(await first).toEqual({ kind: 'token', token: 'new', renewed: true });
    expect(await second).toEqual(await first);
  });

  test('a refresh that failed is tried again by the next call', async () => {
    const answers = [
      () => Promise.reject(new Error('offline')),
      () => Promise.resolve(null),
      () => Promise.resolve('new'),
    ];
    const gate = new TokenGate({
      current: () => Promise.resolve('old'),
      refresh: () => (answers.shift() ?? (() => Promise.resolve(null)))(),
    });
    expect((await gate.after('old')).kind).toBe('unreachable');
    expect((await gate.after('old')).kind).toBe('refused');
    expect((await gate.after('old')).kind).toBe('token');
  });

  test('a refresh that gives the refused token again is refused', async () => {
    const gate = new TokenGate({ current: () => Promise.resolve('old'), refresh: () => Promise.resolve('old') });
    expect((await gate.after('old')).kind).toBe('refused');
  });

  test('a token of another user is refused, also after the gate has seen several good ones', async () => {
    const tokens = [jwt({ sub: 'ana', n: 1 }), jwt({ sub: 'ana', n: 2 }), jwt({ sub: 'ben' })];
    const current = (): Promise<string | null> => Promise.resolve(tokens.shift() ?? null);
    const gate = new TokenGate({ current, refresh: () => Promise.resolve(null) });
    const kinds = [await gate.current(), await gate.current(), await gate.current()].map(({ kind }) => kind);
    expect(kinds).toEqual(['token', 'token', 'refused']);
  });
});
