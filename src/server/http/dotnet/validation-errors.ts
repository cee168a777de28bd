import type * as z from 'zod';

/** The `errors` of a `ValidationProblemDetails`: what is wrong with each member. */
export type ValidationErrors = Readonly<Record<string, readonly string[]>>;

const typeNames: Readonly<Record<string, string>> = {
  string: 'System.String',
  number: 'System.Int64',
  int: 'System.Int64',
  boolean: 'System.Boolean',
  array: 'System.Collections.Generic.List`1[System.Object]',
  record: 'System.Collections.Generic.Dictionary`2[System.String,System.Object]',
  object: 'System.Object',
};

/**
 * What model binding says of a body that breaks the schema. A value of the wrong type ends the reading at once: one error under
 * its `$.path`, and the parameter counts as missing. Otherwise every broken rule is told under its C# name.
 */
export function validationErrors(issues: readonly z.core.$ZodIssue[], body: unknown): ValidationErrors {
  const mistyped = issues.find((issue) => isMistyped(issue, body));
  if (mistyped !== undefined) {
    const path = jsonPath(mistyped.path);
    return unreadable(path, `The JSON value could not be converted to ${typeOf(mistyped)}. Path: ${path}.`);
  }
  const errors: Record<string, string[]> = {};
  for (const issue of issues) {
    const key = clrPath(issue.path);
    errors[key] = [...(errors[key] ?? []), ruleBroken(issue, body)];
  }
  return errors;
}

/** The errors of a body that could not be read at all. `path`: where, as `$.a[0].b`. */
export function unreadable(path: string, message: string): ValidationErrors {
  return { [path]: [message], request: ['The request field is required.'] };
}

function isMistyped(issue: z.core.$ZodIssue, body: unknown): boolean {
  const value = valueAt(body, issue.path);
  if (issue.code === 'invalid_value') return value !== undefined;
  if (issue.code !== 'invalid_type' || value === undefined) return false;
  return value !== null || issue.expected !== 'string';
}

function typeOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return typeNames[issue.expected] ?? 'System.Object';
  return 'System.Nullable`1[System.Int32]';
}

function ruleBroken(issue: z.core.$ZodIssue, body: unknown): string {
  const name = pascal(String(issue.path.findLast((part) => typeof part === 'string') ?? 'Request'));
  const value = valueAt(body, issue.path);
  if (value === undefined || value === null || value === '') return `The ${name} field is required.`;
  if (issue.code === 'invalid_format') return `The field ${name} must match the regular expression '${issue.pattern}'.`;
  if (issue.code === 'too_big' && typeof value === 'string')
    return `The field ${name} must be a string with a maximum length of ${issue.maximum}.`;
  if (issue.code === 'too_small') return `The field ${name} must be between ${issue.minimum} and 9223372036854775807.`;
  return `The field ${name} is invalid.`;
}

/** `$.changes[3].seq` */
function jsonPath(path: readonly PropertyKey[]): string {
  return `$${path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')}`;
}

/** `Changes[3].EntityId`; keys of dictionaries stand in brackets, as they are: `Changes[3].Stamps[notes]`. */
function clrPath(path: readonly PropertyKey[]): string {
  const parts = path.map((part, at) => {
    if (typeof part === 'number') return `[${part}]`;
    return isDictionary(path[at - 1]) ? `[${String(part)}]` : `${at === 0 ? '' : '.'}${pascal(String(part))}`;
  });
  return parts.join('');
}

function isDictionary(name: PropertyKey | undefined): boolean {
  return name === 'stamps' || name === 'increments' || name === 'fieldVersions';
}

function pascal(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function valueAt(body: unknown, path: readonly PropertyKey[]): unknown {
  let at = body;
  for (const part of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = (at as Record<PropertyKey, unknown>)[part];
  }
  return at;
}
