import { describe, expect, it } from 'vitest';
import { lockFile } from './rules/lock-file.ts';
import { described, planted, readProject } from './source.ts';

const manifest = planted('package.json', JSON.stringify({ dependencies: { a: '1.0.0' } }));
const lockOf = (packages: object) => planted('package-lock.json', JSON.stringify({ packages }));

describe('lock file', () => {
  it('names every platform package, no registry, and the exact versions of package.json', () => {
    expect(described(lockFile(readProject()))).toEqual([]);
  });

  it.each([
    ['a missing platform package', { version: '1.0.0', optionalDependencies: { 'a-darwin-arm64': '1.0.0' } }],
    ['a registry address', { version: '1.0.0', resolved: ['https:', '', 'example.org', 'a.tgz'].join('/') }],
    ['another version than package.json', { version: '1.0.1' }],
  ])('finds %s', (_, entry) => {
    expect(lockFile([manifest, lockOf({ 'node_modules/a': entry })])).toHaveLength(1);
  });

  it('finds a version that is not exact', () => {
    const loose = planted('package.json', JSON.stringify({ dependencies: { a: '^1.0.0' } }));
    expect(lockFile([loose, lockOf({ 'node_modules/a': { version: '1.0.0' } })])).toHaveLength(1);
  });

  it('allows a platform package at the top or beside the one that asks for it', () => {
    const asks = { version: '1.0.0', optionalDependencies: { 'a-linux-x64': '1.0.0' } };
    const present = { version: '1.0.0' };
    expect(lockFile([manifest, lockOf({ 'node_modules/a': asks, 'node_modules/a-linux-x64': present })])).toEqual([]);
    expect(
      lockFile([manifest, lockOf({ 'node_modules/a': asks, 'node_modules/a/node_modules/a-linux-x64': present })]),
    ).toEqual([]);
  });
});
