import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** One page of the documentation, by its path from the root of the project. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

/** One fenced block: what stands behind its backticks, its text, and the line it begins at. */
export interface Block {
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

/** All pages: `README.md` and what lies in `docs/`, in order. */
export function readPages(): readonly Page[] {
  const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  const paths = ['README.md', ...inDocs.map((name) => join('docs', name)).sort()];
  return paths.map((path) => ({ path, text: readFileSync(path, 'utf8') }));
}

/** The page of this path. */
export function readPage(path: string): Page {
  return { path, text: readFileSync(path, 'utf8') };
}

/** The fenced blocks of a page, in order. */
export function blocksOf({ text }: Page): readonly Block[] {
  return [...text.matchAll(/^```([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => ({
    info: (match[1] ?? '').trim(),
    text: match[2] ?? '',
    line: text.slice(0, match.index).split('\n').length,
  }));
}

/** The text between `<!-- NAME -->` and `<!-- end of NAME -->`. Throws when a marker is missing. */
export function partOf({ path, text }: Page, name: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from) throw new Error(`${path} has the markers ${begin} and ${end}`);
  return text.slice(from + begin.length, to).trim();
}

/** A link to another file or place of this project: where it stands and where it leads. */
export interface Link {
  readonly from: string;
  readonly path: string;
  /** Heading it leads to, as in an address; empty for none. */
  readonly anchor: string;
}

/** The links of a page that stay within the project. Code is not read for links. */
export function linksOf(page: Page): readonly Link[] {
  const prose = withoutCode(page.text);
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor = ''] = target.split('#');
      return { from: page.path, path: file === '' ? page.path : posix.join(dirname(page.path), file), anchor };
    });
}

/** The anchors of a page's headings, as code hosts make them. */
export function anchorsOf({ text }: Page): readonly string[] {
  const headings = text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Files and folders that a page names in code marks: `src/…`, `test/…` and so on. Patterns with `*`, `<` or `…` are no names. */
export function filesNamedIn({ text }: Page): readonly string[] {
  const spans = [...text.replace(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  const blocks = [...text.matchAll(/^```text\n([\s\S]*?)^```$/gm)].flatMap((match) => (match[1] ?? '').split(/[\s,]+/));
  const named = [...spans, ...blocks].filter((name) =>
    /^(src|test|scenarios|fixtures|docs|bin|\.ci)\/[\w./-]+$/.test(name),
  );
  return [...new Set(named)];
}

function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
}
