import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { anchorsOf, filesNamedIn, linksOf, readPage, readPages } from './page.ts';

const pages = readPages();

/** What is wrong with a link, or null. */
function faultOf({ path, anchor }: { readonly path: string; readonly anchor: string }): string | null {
  if (!existsSync(path)) return `${path} is not there`;
  if (anchor === '' || !path.endsWith('.md')) return null;
  return anchorsOf(readPage(path)).includes(anchor) ? null : `${path} has no heading #${anchor}`;
}

describe.each(pages.map((page) => [page.path, page] as const))('%s', (_, page) => {
  it('leads only to places that are there', () => {
    const broken = linksOf(page).flatMap((link) => faultOf(link) ?? []);
    expect(broken).toEqual([]);
  });

  it('names only files that are there', () => {
    expect(filesNamedIn(page).filter((name) => !existsSync(name))).toEqual([]);
  });
});

const notDecisions = pages.filter(({ path }) => !path.startsWith('docs/decisions/0'));

it.each(notDecisions.map(({ path, text }) => [path, text]))('%s opens with the questions it answers', (_, text) => {
  expect(text.split(/^## /m)[0] ?? '').toMatch(/\?/);
});

describe('what is checked on the pages', () => {
  const planted = {
    path: 'docs/planted.md',
    text: '# A\n\nsee [b](gone.md), [c](#a), [d](#e), `src/gone.ts`, [e](https://example.org)\n',
  };

  it('finds a link that leads nowhere', () => {
    expect(linksOf(planted).map(({ path }) => path)).toEqual(['docs/gone.md', 'docs/planted.md', 'docs/planted.md']);
    expect(anchorsOf(planted)).toEqual(['a']);
    expect(faultOf({ path: 'docs/gone.md', anchor: '' })).toBe('docs/gone.md is not there');
    expect(faultOf({ path: 'docs/architecture.md', anchor: 'nowhere' })).toContain('no heading');
  });

  it('finds a file that is not there', () => {
    expect(filesNamedIn(planted)).toEqual(['src/gone.ts']);
  });
});
