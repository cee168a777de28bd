import { expect, test } from 'vitest';
import { frameText, splitFrames } from '../../src/live/web-socket-frames.ts';

/** A frame without a mask, its length written as RFC 6455 says. */
function frame(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const head =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : length < 65_536
        ? Buffer.from([0x80 | opcode, 126, length >> 8, length & 0xff])
        : Buffer.from([0x80 | opcode, 127, 0, 0, 0, 0, 0, length >> 16, (length >> 8) & 0xff, length & 0xff]);
  return Buffer.concat([head, payload]);
}

const frames = [
  frame(1, Buffer.from('{"type":"changed","at":1}')),
  frame(9, Buffer.alloc(0)),
  frame(1, Buffer.from('é'.repeat(100))),
  frame(1, Buffer.alloc(70_000, 'x')),
];

test('frames come whole however the bytes are cut, and nothing is lost', () => {
  const all = Buffer.concat(frames);
  for (const size of [1, 2, 7, 130, 65_000, all.length]) {
    const out: Buffer[] = [];
    let held: Buffer = Buffer.alloc(0);
    for (let at = 0; at < all.length; at += size) {
      const { frames: whole, rest } = splitFrames(Buffer.concat([held, all.subarray(at, at + size)]));
      out.push(...whole.map((bytes) => Buffer.from(bytes)));
      held = rest;
    }
    expect(out.map(String)).toEqual(frames.map(String));
    expect(held.length).toBe(0);
  }
});

test('only text frames of servers have a text', () => {
  expect(frames.map((one) => frameText(one)?.length ?? null)).toEqual([25, null, 100, 70_000]);
  expect(frameText(Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x41]))).toBeNull();
});

test('a masked frame is counted with its mask', () => {
  const masked = Buffer.from([0x8a, 0x82, 1, 2, 3, 4, 5, 6]);
  expect(splitFrames(Buffer.concat([masked, masked.subarray(0, 3)]))).toEqual({
    frames: [masked],
    rest: masked.subarray(0, 3),
  });
});
