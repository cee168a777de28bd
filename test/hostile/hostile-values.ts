import type { Draws } from './draws.ts';

/** A value in JSON text that can't be said by a JavaScript value, such as a number beyond all bounds. */
class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Texts that have broken parsers, databases, logs and paths before. */
export const hostileTexts: readonly string[] = [
  '',
  ' ',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u202eevil',
  'e\u0301\u0301\u0301',
  '😀'.repeat(64),
  '\ufeff',
  '\r\nx-injected: 1',
  "'; DROP TABLE rows; --",
  "' OR 1=1 --",
  '" OR ""="',
  '$1; DELETE FROM guras.rows',
  '%',
  '%00',
  '../../../../etc/passwd',
  '..\\..\\windows',
  '/etc/passwd',
  'file:///etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what an attacker would write
  '${jndi:ldap://x/y}',
  '{{7*7}}',
  '<script>alert(1)</script>',
  'null',
  'true',
  '-1',
  'NaN',
  '0x10',
  '1e999',
  '1&epoch&notes=0',
  '1&%zz&notes=99999999999999999999',
  'notes',
  'meditation',
  'quotes',
  'victim',
  'victim-phone',
  'x'.repeat(257),
  'x'.repeat(70_000),
];

const oddNumbers: readonly unknown[] = [
  0,
  -1,
  1,
  0.5,
  -0.0001,
  2 ** 31,
  2 ** 53,
  2 ** 53 - 1,
  -(2 ** 63),
  1e308,
  new RawJson('-0'),
  new RawJson('1e999'),
  new RawJson('-1e999'),
  new RawJson('9'.repeat(400)),
  new RawJson(`0.${'1'.repeat(400)}`),
];

/** A value that no schema expects where it stands. */
export function hostileValue(draws: Draws): unknown {
  switch (draws.below(8)) {
    case 0:
    case 1:
    case 2:
      return draws.pick(hostileTexts);
    case 3:
      return draws.pick(oddNumbers);
    case 4:
      return draws.pick([null, true, false, [], {}, [[]], [null], { '': null }]);
    case 5:
      return nested(draws);
    case 6:
      return Array.from({ length: draws.pick([3, 100, 3_000]) }, () => draws.pick([null, 'x', 1]));
    default:
      return Object.fromEntries(Array.from({ length: draws.pick([1, 20, 400]) }, (_, at) => [`k${at}`, at]));
  }
}

function nested(draws: Draws): RawJson {
  const depth = draws.pick([10, 63, 64, 65, 100, 199, 250, 5_000]);
  return draws.oneIn(2)
    ? new RawJson('['.repeat(depth) + ']'.repeat(depth))
    : new RawJson(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`);
}

/** Text of a value; members may be named `__proto__`, and may be said twice. */
export function textOf(value: unknown, draws: Draws): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map((item) => textOf(item, draws)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${textOf(item, draws)}`);
  if (draws.oneIn(25)) members.push('"__proto__":{"deviceId":"victim-phone","registered":true}');
  if (draws.oneIn(40) && members[0] !== undefined) members.push(members[0]);
  return `{${members.join(',')}}`;
}
