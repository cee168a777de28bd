import type * as z from 'zod/mini';

type Issue = z.core.$ZodIssue;

/**
 * The rule that a value broke, in words that follow the name of the field: "must be at most 5, not 7". Numbers are
 * shown, texts are not: they may be private and end in logs.
 */
export function ruleWords(issue: Issue | undefined, value: unknown): string {
  const place = issue === undefined || issue.path.length === 0 ? '' : ` (at ${issue.path.map(String).join('.')})`;
  return `must be ${issue === undefined ? 'of another form' : wanted(issue)}, not ${shown(value)}${place}`;
}

function wanted(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return typeWords[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${sizeWord(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${sizeWord(issue.origin, issue.maximum)}`;
    case 'invalid_format':
      return formatWords[issue.format] ?? `of the form ${issue.pattern ?? issue.format}`;
    default:
      return 'of another form';
  }
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
};

const formatWords: Readonly<Record<string, string>> = {
  datetime: 'a time with offset such as 2026-03-01T07:30:00Z',
  safeint: 'a whole number',
};

function sizeWord(origin: string, size: number | bigint): string {
  const plural = Number(size) === 1 ? '' : 's';
  if (origin === 'string') return ` character${plural} long`;
  return origin === 'array' || origin === 'set' ? ` member${plural} long` : '';
}

function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null) return 'null';
  if (value === undefined) return 'absent';
  if (typeof value === 'string') return `a text of ${value.length} ${value.length === 1 ? 'character' : 'characters'}`;
  return Array.isArray(value) ? `a list of ${value.length}` : 'an object';
}
