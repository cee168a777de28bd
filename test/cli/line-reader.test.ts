import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { LineReader } from '../../src/cli/line-reader.ts';

describe('lines of a stream', () => {
  it('come one when asked, however they arrive, without their ends', async () => {
    const stream = new PassThrough();
    const lines = new LineReader(stream);
    const first = lines.next();
    stream.write('on');
    stream.write('e\r\ntwo\nthr');
    expect([await first, await lines.next()]).toEqual(['one', 'two']);
    const third = lines.next();
    stream.end('ee\n');
    expect([await third, await lines.next(), await lines.next()]).toEqual(['three', null, null]);
  });

  it('the stream is at rest while no line is wanted', async () => {
    const stream = new PassThrough();
    const lines = new LineReader(stream);
    expect(stream.isPaused()).toBe(true);
    const line = lines.next();
    expect(stream.isPaused()).toBe(false);
    stream.write('\n');
    expect(await line).toBe('');
    expect(stream.isPaused()).toBe(true);
  });
});
