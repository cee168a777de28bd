import type { FaultEffect, FaultHook } from '../fault-hook.ts';
import type { ServerAnswer, ServerCall, ServerCallName } from '../serve-sync.ts';

/** A fault that waits for calls. */
export interface ArmedFault {
  /** `answer`: a status in place of judging. `lose`: judged and committed, but not answered. */
  readonly kind: 'answer' | 'lose';
  /** Only this call; null for all. */
  readonly call: ServerCallName | null;
  /** Only this device; null for all. */
  readonly device: string | null;
  /** How many calls it still strikes, 1 or more. */
  readonly times: number;
  /** The answer given by `answer`; null for `lose`. */
  readonly answer: ServerAnswer | null;
}

/** The faults of a server that wait, first armed first struck. */
export class FaultBoard implements FaultHook {
  #armed: readonly ArmedFault[] = [];

  /** Adds a fault behind those that wait. */
  arm(fault: ArmedFault): void {
    this.#armed = [...this.#armed, fault];
  }

  /** Drops all faults that have not struck. */
  clear(): void {
    this.#armed = [];
  }

  /** The faults that wait, in order. */
  get armed(): readonly ArmedFault[] {
    return this.#armed;
  }

  before(call: ServerCall): FaultEffect {
    const fault = this.#strike('answer', call);
    return fault?.answer == null ? { kind: 'none' } : { kind: 'answer', answer: fault.answer };
  }

  after(call: ServerCall): FaultEffect {
    return this.#strike('lose', call) === null ? { kind: 'none' } : { kind: 'cut' };
  }

  #strike(kind: ArmedFault['kind'], call: ServerCall): ArmedFault | null {
    const at = this.#armed.findIndex(
      (fault) =>
        fault.kind === kind &&
        (fault.call === null || fault.call === call.name) &&
        (fault.device === null || fault.device === call.deviceId),
    );
    const fault = this.#armed[at];
    if (fault === undefined) return null;
    const left = fault.times > 1 ? [{ ...fault, times: fault.times - 1 }] : [];
    this.#armed = [...this.#armed.slice(0, at), ...left, ...this.#armed.slice(at + 1)];
    return fault;
  }
}
