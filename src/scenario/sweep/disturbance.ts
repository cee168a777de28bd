import type { CallName } from '../../core/protocol/paths.ts';
import type { FaultSetting } from '../../faults/table.ts';
import type { Ability } from '../../stage/ability.ts';

/**
 * The one thing that a variant of a sweep adds to its story, at one point of it. Plain data. `name` tells point and
 * disturbance for people, and is unique among the variants of a story.
 *
 * - `kill`: the device's app is killed and started again before the `step`-th step that begins, from 1; null is the end
 *   of the story, before its expectations are judged.
 * - `fault`: the fault strikes the `request`-th request of this call that the device sends, from 1, in all its lives.
 */
export type Disturbance =
  | { readonly kind: 'kill'; readonly name: string; readonly device: string; readonly step: number | null }
  | {
      readonly kind: 'fault';
      readonly name: string;
      readonly device: string;
      readonly call: CallName;
      readonly request: number;
      readonly setting: FaultSetting;
    };

/** What a world must be able to do for a disturbance. */
export function disturbanceNeeds(disturbance: Disturbance): Ability {
  return disturbance.kind === 'kill' ? 'kill' : `fault:${disturbance.setting.fault}`;
}
