import { present } from '../../lib/assert.ts';
import type { Stage } from '../../stage/stage.ts';
import type { TraceRecord } from '../../trace/record.ts';
import type { BeforeStep } from '../before-step.ts';
import type { Disturbance } from './disturbance.ts';

/** How long an app may take to start again, ms of the story. */
const startMaxMs = 30 * 60_000;

/** Does what a disturbance says when a run comes to its point, once. */
export class Disturber {
  readonly #disturbance: Disturbance;
  #stage: Stage | null = null;
  #steps = 0;
  #requests = 0;
  #hasStruck = false;

  constructor(disturbance: Disturbance) {
    this.#disturbance = disturbance;
  }

  /** Whether the run has not come to the point so far: nothing was disturbed. */
  get isIdle(): boolean {
    return !this.#hasStruck;
  }

  /** Takes the stage once it stands. Requests that left before are counted, and can't be struck. */
  begin(stage: Stage): void {
    this.#stage = stage;
  }

  /** Takes every record of the run. A request is told before it leaves: a fault that is armed now strikes this one. */
  record({ kind, lane, data }: TraceRecord): void {
    const what = this.#disturbance;
    if (what.kind !== 'fault' || kind !== 'call' || lane !== what.device || data.call !== what.call) return;
    this.#requests += 1;
    if (this.#requests !== what.request || this.#stage === null) return;
    present(this.#stage.devices.get(lane), `the stage has the device ${lane}`).arm(what.setting, { call: what.call });
    this.#hasStruck = true;
  }

  /** Acts before a step. */
  readonly beforeStep: BeforeStep = async ({ stage }) => {
    this.#steps += 1;
    await this.#killAt(this.#steps, stage);
  };

  /** Acts after the last step, before the expectations at the end are judged. */
  async beforeEnd(stage: Stage): Promise<void> {
    await this.#killAt(null, stage);
  }

  async #killAt(step: number | null, stage: Stage): Promise<void> {
    const what = this.#disturbance;
    if (what.kind !== 'kill' || what.step !== step) return;
    const device = present(stage.devices.get(what.device), `the stage has the device ${what.device}`);
    if (device.engine() === null) return;
    await device.kill();
    device.restart(0);
    this.#hasStruck = true;
    const because = `${device.name} is not running`;
    await stage.runUntil(() => (device.engine() === null ? { holds: false, because } : { holds: true }), startMaxMs);
  }
}
