import { present } from '../../lib/assert.ts';
import type { StageDevice } from '../../stage/device.ts';
import type { Stage } from '../../stage/stage.ts';
import type { TraceRecord } from '../../trace/record.ts';
import type { BeforeStep } from '../before-step.ts';
import type { Disturbance } from './disturbance.ts';

/** How long an app may take to start again, ms of the story. */
const startMaxMs = 30 * 60_000;
/** How long an app that died in a commit is dead, ms of the story. */
const deadMs = 1_000;

/** Does what a disturbance says when a run comes to its point, once. */
export class Disturber {
  readonly #disturbance: Disturbance;
  #stage: Stage | null = null;
  #steps = 0;
  #requests = 0;
  #commits = 0;
  /** The request at whose answer the app is to die. */
  #callId: string | null = null;
  /** Whether the app is to die in its next commit. */
  #isDying = false;
  #isRising = false;
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
    this.#armWrite(stage);
  }

  /**
   * Takes every record of the run. A request is told before it leaves: a fault that is armed now strikes this one. An
   * answer is told before the engine takes it: the next commit is the one that keeps it.
   */
  record({ kind, lane, data }: TraceRecord): void {
    const what = this.#disturbance;
    if (what.kind === 'kill' || lane !== what.device) return;
    const stage = this.#stage;
    if (what.kind === 'write') {
      if (kind === 'commit' && stage !== null) this.#committed(stage);
      else if (kind === 'phone' && data.change === 'fails a write') this.#hasStruck = true;
      return;
    }
    if (kind === 'call' && data.call === what.call) {
      this.#requests += 1;
      if (this.#requests === what.request && stage !== null) this.#sent(String(data.callId), stage);
    } else if (kind === 'answer' && what.kind === 'crash' && data.callId === this.#callId && stage !== null) {
      this.#isDying = true;
      this.#device(stage).crashAt({ moment: what.moment, commit: 1 });
    } else if (kind === 'life' && data.change === 'killed' && this.#isDying && stage !== null) this.#died(stage);
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

  #committed(stage: Stage): void {
    this.#commits += 1;
    this.#armWrite(stage);
  }

  /** The write fails that follows the one before it. */
  #armWrite(stage: Stage): void {
    const what = this.#disturbance;
    if (what.kind === 'write' && this.#commits === what.commit - 1) this.#device(stage).failWrite();
  }

  #sent(callId: string, stage: Stage): void {
    const what = this.#disturbance;
    this.#callId = callId;
    if (what.kind !== 'fault') return;
    this.#device(stage).arm(what.setting, { call: what.call });
    this.#hasStruck = true;
  }

  #died(stage: Stage): void {
    this.#isDying = false;
    this.#hasStruck = true;
    this.#isRising = true;
    this.#device(stage).restart(deadMs);
  }

  async #killAt(step: number | null, stage: Stage): Promise<void> {
    const what = this.#disturbance;
    if (this.#isRising) await this.#risen(stage);
    if (what.kind !== 'kill' || what.step !== step) return;
    const device = this.#device(stage);
    if (device.engine() === null) return;
    await device.kill();
    device.restart(0);
    this.#hasStruck = true;
    await this.#risen(stage);
  }

  /** Steps find the app as they would without the disturbance: it runs. */
  async #risen(stage: Stage): Promise<void> {
    this.#isRising = false;
    const device = this.#device(stage);
    const because = `${device.name} is not running`;
    await stage.runUntil(() => (device.engine() === null ? { holds: false, because } : { holds: true }), startMaxMs);
  }

  #device(stage: Stage): StageDevice {
    const { device } = this.#disturbance;
    return present(stage.devices.get(device), `the stage has the device ${device}`);
  }
}
