import { beforeEach, describe, expect, it } from 'vitest';
import { OneLine } from './one-line.ts';

let line: OneLine;

beforeEach(() => {
  line = new OneLine();
});

describe('time on the wire', () => {
  it('an overtaken answer arrives after the next one, or alone at the end of its time', () => {
    line.network.setLatency(100);
    line.board.arm({ fault: 'reorder', withinMs: 5_000, leg: 'response' }, {});
    line.push('c1');
    line.live(50);
    line.push('c2');
    line.live(1_000);
    expect(line.outcomes.map(([atMs, outcome]) => [atMs, outcome.kind === 'answer' ? outcome.body : null])).toEqual([
      [250, { n: 2 }],
      [250, { n: 1 }],
    ]);
    line.board.arm({ fault: 'reorder', withinMs: 5_000, leg: 'request' }, {});
    line.push('c3');
    line.live(5_099);
    expect(line.served).toHaveLength(2);
    line.live(1);
    expect(line.served).toHaveLength(3);
  });

  it('a narrow line takes as long as the bytes need, and what is given up before its last byte never arrives', () => {
    line.network.setLatency(0);
    line.board.arm({ fault: 'bandwidth', bytesPerSec: 7 }, {});
    line.push();
    line.live(60_000);
    // {"changes":[]} and {"n":1} at 7 bytes in a second.
    expect(line.outcomes.map(([atMs]) => atMs)).toEqual([2_000 + 1_000]);
    line.board.arm({ fault: 'bandwidth', bytesPerSec: 7 }, {});
    line.push('c2').abort();
    line.live(60_000);
    expect([line.served.length, line.kinds()]).toEqual([1, ['answer', 'aborted']]);
  });

  it('a transaction that commits late keeps the time it began at, and dies with a server that stops', () => {
    line.network.setLatency(100);
    line.board.arm({ fault: 'late-commit', afterMs: 5_000 }, {});
    line.push('late');
    line.live(200);
    line.push('soon');
    line.live(10_000);
    expect(line.served).toEqual(['ana push soon', 'ana push late']);
    expect(line.begun).toEqual([300, 100]);
    line.board.arm({ fault: 'late-commit', afterMs: 5_000 }, {});
    line.push('lost');
    line.live(1_000);
    line.isRunning = false;
    line.live(10_000);
    expect([line.served.length, line.kinds().at(-1)]).toEqual([2, 'reset']);
  });
});
