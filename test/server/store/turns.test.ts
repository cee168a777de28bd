import { expect, test } from 'vitest';
import { Turns } from '../../../src/server/store/turns.ts';

/** Work that ends when it is told to. */
function held() {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, ended };
}

test('work on one key runs one after the other in the order asked for, work on another key beside it', async () => {
  const turns = new Turns();
  const told: string[] = [];
  const first = held();
  const one = turns.take('ana', async () => {
    await first.ended;
    told.push('ana 1');
  });
  const two = turns.take('ana', async () => void told.push('ana 2'));
  await turns.take('bea', async () => void told.push('bea'));
  first.end();
  await Promise.all([one, two]);
  expect(told).toEqual(['bea', 'ana 1', 'ana 2']);
});

test('work that fails tells only its own asker, and the next goes on', async () => {
  const turns = new Turns();
  const fails = turns.take('ana', () => Promise.reject(new Error('no')));
  const next = turns.take('ana', async () => 2);
  await expect(fails).rejects.toThrow('no');
  expect(await next).toBe(2);
});
