import { visible } from '../../lib/visible.ts';

/** Text that is HTML already: only {@link html}, {@link joined} and {@link trusted} make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped, markup is taken as it is, null is nothing. */
export type Inset = Markup | readonly Markup[] | string | number | null;

/** A template of HTML. Every text put in is escaped, for content and for quoted attributes; control characters are shown. */
export function html(strings: TemplateStringsArray, ...insets: readonly Inset[]): Markup {
  return new Markup(strings.map((string, index) => string + textOf(insets[index] ?? null)).join(''));
}

/** Pieces of markup one after the other. */
export function joined(pieces: readonly Markup[]): Markup {
  return new Markup(textOf(pieces));
}

/** Text of our own that is markup as it stands: style and script. Never what a user or a server wrote. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function textOf(inset: Inset): string {
  if (inset === null) return '';
  if (inset instanceof Markup) return inset.text;
  if (typeof inset === 'object') return inset.map(({ text }) => text).join('');
  return escaped(String(inset));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A lone half of a surrogate pair can't be written as UTF-8. */
function escaped(text: string): string {
  return visible(text)
    .replace(/[&<>"']/g, (character) => entities[character] ?? '')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}
