import { describe, expect, it } from 'vitest';
import { guras } from './captured-terminal.ts';
import { serving } from './scratch.ts';

describe('how serve tells users apart', () => {
  it.each([
    [['--auth', 'jwks', '--audience', 'a'], '--auth jwks needs --issuer'],
    [['--auth', 'firebase'], '--auth firebase needs --project'],
    [['--auth', 'firebase-emulator'], '--auth firebase-emulator needs --project'],
    [['--auth', 'firebas'], 'there is no --auth firebas'],
    [['--auth', 'jwks', '--issuer', 'http://keys.example.org', '--audience', 'a'], 'is no address for keys'],
    [['--auth', 'firebase', '--project', 'p', '--keys-url', 'keys'], 'is no address for keys'],
    [['--auth', 'issuer', '--token-spread', '101'], 'is no percentage'],
    [['--auth', 'issuer', '--token-lifetime', 'soon'], 'is no duration'],
    [['--auth', 'firebase', '--project', 'p', '--token-lifetime', '1m'], '--token-lifetime needs --auth issuer'],
    [['--project', 'p'], '--project needs --auth firebase or --auth firebase-emulator or --auth issuer'],
  ])('refuses %j', async (options, says) => {
    const { code, stderr } = await guras(['serve', '--port', '0', ...options]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  it('an issuer that is behind and forgiving makes tokens that its server takes', async () => {
    const options = ['--auth', 'issuer', '--token-lifetime', '1m', '--token-skew', '-70s'];
    for (const [more, status] of [
      [[], 401],
      [['--accept-late', '5m'], 200],
    ] as const) {
      const server = await serving([...options, ...more]);
      const issued = await fetch(`${server.url}/issuer/tokens`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uid: 'ana' }),
      });
      const { token } = (await issued.json()) as { readonly token: string };
      const answer = await fetch(`${server.url}/api/sync/devices`, { headers: { authorization: `Bearer ${token}` } });
      expect(answer.status).toBe(status);
      await server.stop();
    }
  });
});
