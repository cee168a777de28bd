const strings = /"(?:[^"\\]|\\.)*"/gs;
const escaped = /\\"|["&'+<>`\x7f-\uffff]/g;

/**
 * JSON text as `JavaScriptEncoder.Default` writes it: in strings, everything beyond ASCII and `" & ' + < > \`` is a `\uXXXX`. A
 * reader of JSON sees the same values; one that compares or searches text does not.
 */
export function escapeJson(json: string): string {
  return json.replace(strings, (text) => `"${text.slice(1, -1).replace(escaped, hex)}"`);
}

function hex(character: string): string {
  const code = character === '\\"' ? 0x22 : character.charCodeAt(0);
  return `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
}
