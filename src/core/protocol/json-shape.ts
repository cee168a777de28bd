/** A JSON object of any fields. */
export type Fields = { readonly [name: string]: unknown };

/** Whether a value is a JSON object. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a JSON object in which every value is of a kind. */
export function isFieldsOf(value: unknown, isValue: (value: unknown) => boolean): boolean {
  if (!isFields(value)) return false;
  for (const name in value) if (!isValue(value[name])) return false;
  return true;
}

/** Whether a value is a list in which every entry is of a kind. */
export function isListOf(value: unknown, isEntry: (value: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isEntry);
}

/** Whether a value is a text of 1 to 256 characters. */
export function isName(value: unknown): boolean {
  return isText(value, 256);
}

/** Whether a value is a text of 1 to `lengthMax` characters. */
export function isText(value: unknown, lengthMax: number): boolean {
  return typeof value === 'string' && value.length > 0 && value.length <= lengthMax;
}

/** Whether a value is a whole number from 0 to 2^53 - 1. */
export function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

const stamp = /^\d{13}-[0-9a-f]{4}-[A-Za-z0-9_.:-]{1,128}$/;

/** Whether a value has the form of a hybrid-clock text. */
export function isStamp(value: unknown): boolean {
  return typeof value === 'string' && stamp.test(value);
}
