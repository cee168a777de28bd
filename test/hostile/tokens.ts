import { createHmac } from 'node:crypto';
import type { Draws } from './draws.ts';

/** The secret of the server under attack. */
export const secret = 'the secret of the server under attack, 32 bytes and more';

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A signed token; the attacker only has those of users of its own. */
export function tokenOf(claims: object, { key = secret, alg = 'HS256' }: { key?: string; alg?: string } = {}): string {
  const text = `${encoded({ alg, typ: 'JWT' })}.${encoded(claims)}`;
  const signature = alg === 'none' ? '' : createHmac('sha256', key).update(text).digest('base64url');
  return `${text}.${signature}`;
}

const own = tokenOf({ sub: 'mallory' });
const second = tokenOf({ sub: 'victim ' });

/** What an attacker would send as `Authorization`; undefined: nothing. */
export function authorizationOf(draws: Draws): string | undefined {
  if (!draws.oneIn(6)) return `Bearer ${draws.oneIn(9) ? second : own}`;
  const [head = '', body = '', signature = ''] = own.split('.');
  const foreign = encoded({ sub: 'victim' });
  return draws.pick([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    `bearer ${own}`,
    `Basic ${Buffer.from('victim:victim').toString('base64')}`,
    'Bearer victim',
    `Bearer ${head}.${foreign}.${signature}`,
    `Bearer ${tokenOf({ sub: 'victim' }, { alg: 'none' })}`,
    `Bearer ${tokenOf({ sub: 'victim' }, { key: 'another secret, 32 bytes and more as well' })}`,
    `Bearer ${tokenOf({ sub: 'victim', exp: 1 })}`,
    `Bearer ${tokenOf({ sub: '' })}`,
    `Bearer ${tokenOf({ sub: ['victim'] })}`,
    `Bearer ${tokenOf({ sub: 'x'.repeat(129) })}`,
    `Bearer ${tokenOf({})}`,
    `Bearer ${head}.${body}.`,
    `Bearer ${'a.'.repeat(5_000)}`,
    `Bearer ${own} ${own}`,
    `Bearer ${own}, Bearer ${own}`,
  ]);
}
