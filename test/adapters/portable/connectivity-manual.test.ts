import { describe, expect, it } from 'vitest';
import { manualConnectivity } from '../../../src/adapters/portable/connectivity-manual.ts';

describe('manual connectivity', () => {
  it('tells each listener of every change, and of nothing else', () => {
    const line = manualConnectivity();
    const heard: boolean[] = [];
    line.listen((online) => heard.push(online));
    for (const online of [true, false, false, true]) line.set(online);
    expect(heard).toEqual([false, true]);
    expect(line.isOnline()).toBe(true);
    expect(manualConnectivity(false).isOnline()).toBe(false);
  });

  it('a listener that has left hears nothing, also when it is registered twice', () => {
    const line = manualConnectivity();
    let heard = 0;
    const listener = () => {
      heard += 1;
    };
    const leave = line.listen(listener);
    line.listen(listener);
    line.set(false);
    leave();
    leave();
    line.set(true);
    expect(heard).toBe(3);
  });
});
