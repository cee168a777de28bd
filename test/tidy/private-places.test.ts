import { describe, expect, it } from 'vitest';
import { privatePlaces } from './rules/private-places.ts';
import { described, planted, readProject } from './source.ts';

const HTTPS = 'https:/';

describe('private places', () => {
  it('no file names a registry or a path of one machine', () => {
    expect(described(privatePlaces(readProject()))).toEqual([]);
  });

  it.each([
    ['a registry', [HTTPS, 'registry.example.org', 'zod'].join('/')],
    ['a mirror', [HTTPS, 'npm-registry.example.org:4873', 'zod'].join('/')],
    ['where a package was fetched', `"resolved": "${HTTPS}/example.org/zod.tgz"`],
    ['a home folder', ['cd ', 'home', 'ana', 'project'].join('/')],
    ['a folder of root', ["'", 'root', '.npmrc'].join('/')],
    ['a working folder', ['at ', 'work', 'main', 'src'].join('/')],
  ])('finds %s', (_, text) => {
    expect(privatePlaces([planted('docs/a.md', `one\n${text}`)])).toMatchObject([{ path: 'docs/a.md', line: 2 }]);
  });

  it.each(['see https://www.npmjs.com/package/zod', 'bin/guras-sync', 'network/main', './home/page'])(
    'allows %s',
    (text) => {
      expect(privatePlaces([planted('docs/a.md', text)])).toEqual([]);
    },
  );
});
