import type { StageDevice } from '../../stage/device.ts';
import type { Wait } from '../scene.ts';

/** Starts a killed app after a delay, as a wait that ends when it runs. */
export function restartAfter(device: StageDevice, delayMs: number): Wait {
  device.restart(delayMs);
  return {
    kind: 'wait',
    condition: () =>
      device.engine() === null ? { holds: false, because: `${device.name} is not running` } : { holds: true },
    withinMs: delayMs + startMaxMs,
    waitsFor: `${device.name} runs again`,
  };
}

/** How long an app may take to start, ms of the story: far more than any start on a loaded machine at speed 60. */
const startMaxMs = 30 * 60_000;
