import { expect, test } from 'vitest';
import { ask, running } from './running.ts';

const page = 'https://app.example.org';
const pull = '/api/sync/changes';
const preflight = {
  method: 'OPTIONS',
  token: null,
  headers: { origin: page, 'access-control-request-method': 'POST' },
};
const call = { body: { deviceId: 'phone', registered: false }, headers: { origin: page } };

test('pages may not call unless their origin is named', async () => {
  const server = await running();
  expect((await ask(server, pull, preflight)).status).toBe(405);
  expect((await ask(server, pull, call)).headers.get('access-control-allow-origin')).toBeNull();
  await server.close();
});

test('a named origin may call, errors included, and another one may not', async () => {
  const server = await running({ origins: [page] });
  const asked = await ask(server, pull, preflight);
  expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, page]);
  expect(asked.headers.get('access-control-allow-headers')).toContain('authorization');
  for (const seen of [await ask(server, pull, call), await ask(server, pull, { ...call, token: null })]) {
    expect(seen.headers.get('access-control-allow-origin')).toBe(page);
    expect(seen.headers.get('vary')).toMatch(/origin/i);
  }
  const other = { ...call, headers: { origin: 'https://elsewhere.example' } };
  expect((await ask(server, pull, other)).headers.get('access-control-allow-origin')).toBeNull();
  await server.close();
});

test('a star lets every page call', async () => {
  const server = await running({ origins: ['*'] });
  expect((await ask(server, pull, call)).headers.get('access-control-allow-origin')).toBe('*');
  await server.close();
});
