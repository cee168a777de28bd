const unsafe = /[\0\u001b]|\p{Surrogate}/u;
const unsafeParts = /[\0\u001b]|\p{Surrogate}/gu;

/**
 * A text as PostgreSQL can hold it: NUL and halves of surrogate pairs, which it can't, are written as ESC and four hex
 * digits. Without this two ids could become one, and a change could be taken for one that was never seen.
 */
export function toText(text: string): string {
  if (!unsafe.test(text)) return text;
  return text.replace(unsafeParts, (part) => `\u001b${part.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** What {@link toText} was given. */
export function ofText(text: string): string {
  if (!text.includes('\u001b')) return text;
  return text.replace(/\u001b([0-9a-f]{4})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

/** {@link toText} of what may be absent. */
export function toTextOrNull(text: string | null): string | null {
  return text === null ? null : toText(text);
}

/** {@link ofText} of what may be absent. */
export function ofTextOrNull<Text extends string>(text: Text | null): Text | null {
  return text === null ? null : (ofText(text) as Text);
}
