/** The text with every control character (line feed apart) written out as `\u001b`, so that no text steers a terminal. */
export function visible(text: string): string {
  let shown = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const isControl = (code < 0x20 && code !== 0x0a) || (code >= 0x7f && code < 0xa0);
    shown += isControl ? `\\u${code.toString(16).padStart(4, '0')}` : character;
  }
  return shown;
}
