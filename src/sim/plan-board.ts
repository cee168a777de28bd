import type { Transaction } from '../faults/fault.ts';
import { meetHint } from '../faults/meet-hint.ts';
import {
  arm,
  type Course,
  cutLine,
  cutOf,
  disarm,
  type FaultPlan,
  type FaultScope,
  meet,
  mendLine,
  noFaults,
} from '../faults/plan.ts';
import type { FaultSetting } from '../faults/table.ts';

/** The faults of a simulated network as they stand now. */
export class PlanBoard {
  #plan: FaultPlan = noFaults;

  /** Arms a fault; see `arm` of `faults/plan`. */
  arm(setting: FaultSetting, scope: FaultScope): void {
    this.#plan = arm(this.#plan, setting, scope);
  }

  /** Drops the faults armed for a device. */
  disarm(device: string): void {
    this.#plan = disarm(this.#plan, device);
  }

  /** Messages of these devices vanish without a word, on top of those cut off before. */
  partition(devices: readonly string[]): void {
    for (const device of devices) this.#plan = cutLine(this.#plan, { device, seen: 'silence' });
  }

  /** Ends all partitions. */
  heal(): void {
    this.#plan = mendLine(this.#plan);
  }

  /** Whether messages of a device vanish now. */
  isCut(device: string): boolean {
    return cutOf(this.#plan, device) !== null;
  }

  /** The course of a transaction that starts now, and the faults that struck it. */
  meet(transaction: Transaction): { readonly course: Course; readonly struck: readonly FaultSetting[] } {
    const before = this.#plan;
    const { plan, course } = meet(before, transaction);
    this.#plan = plan;
    const struck = course.by.flatMap((id) => before.armed.find((fault) => fault.id === id)?.setting ?? []);
    return { course, struck };
  }

  /** Whether a hint that is sent to a device now is lost to a fault. */
  losesHint(device: string): boolean {
    const { plan, by } = meetHint(this.#plan, { device });
    this.#plan = plan;
    return by !== null;
  }
}
