import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { environmentToken } from '../../../src/adapters/node/token-environment.ts';
import { fileToken } from '../../../src/adapters/node/token-file.ts';

describe('a token in a file', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('is read once and again at a refresh, without the white space around it', async () => {
    const path = join(folder, 'token');
    await writeFile(path, ' one\n');
    const source = fileToken(path);
    expect(await source.current()).toBe('one');
    await writeFile(path, 'two\n');
    expect([await source.current(), await source.refresh(), await source.current()]).toEqual(['one', 'two', 'two']);
  });

  test('that is absent or empty means signed out, one that is no file is an error', async () => {
    const path = join(folder, 'token');
    const source = fileToken(path);
    expect(await source.current()).toBeNull();
    await writeFile(path, '\n');
    expect(await source.current()).toBeNull();
    await expect(fileToken(folder).current()).rejects.toThrow(/EISDIR/);
  });
});

test('a token in the environment is read at each call; unset or empty means signed out', async () => {
  const source = environmentToken('GURAS_TEST_TOKEN');
  expect(await source.current()).toBeNull();
  vi.stubEnv('GURAS_TEST_TOKEN', ' one ');
  expect([await source.current(), await source.refresh()]).toEqual(['one', null]);
  vi.stubEnv('GURAS_TEST_TOKEN', '');
  expect(await source.current()).toBeNull();
});
