import type { CallName } from '../../core/protocol/paths.ts';
import type { FaultSetting } from '../../faults/table.ts';
import type { Ability } from '../../stage/ability.ts';
import type { CrashPoint } from '../../stage/crashing-storage.ts';

/** The `request`-th request of a call that a device sends, from 1, in all its lives. */
interface AtRequest {
  readonly device: string;
  readonly call: CallName;
  readonly request: number;
}

/**
 * The one thing that a variant of a sweep adds to its story, at one point of it. Plain data. `name` tells point and
 * disturbance for people, and is unique among the variants of a story.
 *
 * - `kill`: the device's app is killed and started again before the `step`-th step that begins, from 1; null is the end
 *   of the story, before its expectations are judged.
 * - `crash`: the app dies in the commit that keeps the answer of this request, and starts again a second later.
 * - `write`: the `commit`-th commit of the device, from 1, fails once; it is one that the app makes by itself.
 * - `fault`: the fault strikes this request.
 */
export type Disturbance =
  | { readonly kind: 'kill'; readonly name: string; readonly device: string; readonly step: number | null }
  | (AtRequest & { readonly kind: 'crash'; readonly name: string; readonly moment: CrashPoint['moment'] })
  | { readonly kind: 'write'; readonly name: string; readonly device: string; readonly commit: number }
  | (AtRequest & { readonly kind: 'fault'; readonly name: string; readonly setting: FaultSetting });

/** What a world must be able to do for a disturbance. */
export function disturbanceNeeds(disturbance: Disturbance): Ability {
  if (disturbance.kind === 'write') return 'storage';
  return disturbance.kind === 'fault' ? `fault:${disturbance.setting.fault}` : 'kill';
}
