/** Code points that a terminal shows two cells wide: the CJK and emoji blocks. */
const wide: readonly (readonly [first: number, last: number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];
const joins = /^(?:\p{Mn}|\p{Me}|[\u200b-\u200d])$/u;
const onlyAscii = /^[ -~]*$/;

/** How many terminal cells a text without control characters takes. */
export function cellsOf(text: string): number {
  if (onlyAscii.test(text)) return text.length;
  let cells = 0;
  for (const character of text) cells += cellsOfCharacter(character);
  return cells;
}

function cellsOfCharacter(character: string): number {
  if (joins.test(character)) return 0;
  const point = character.codePointAt(0) ?? 0;
  return wide.some(([first, last]) => point >= first && point <= last) ? 2 : 1;
}

/** The text cut to at most `cells` (1 or more) with an ellipsis where something is missing. */
export function cutTo(text: string, cells: number): string {
  if (cellsOf(text) <= cells) return text;
  let cut = '';
  let taken = 0;
  for (const character of text) {
    taken += cellsOfCharacter(character);
    if (taken > cells - 1) break;
    cut += character;
  }
  return `${cut}…`;
}

/** A text that came from data, safe to show: control characters, which could move the cursor or ring, are escaped. */
export function printable(text: string): string {
  if (onlyAscii.test(text)) return text;
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
