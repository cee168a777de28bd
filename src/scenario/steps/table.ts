import { advance } from './advance.ts';
import { backupOfDevice, restoreOfDevice } from './backup.ts';
import { clockOfDevice, clockOfServer } from './clock.ts';
import { clone } from './clone.ts';
import { crash } from './crash.ts';
import { create } from './create.ts';
import { deletion } from './delete.ts';
import { disarm } from './disarm.ts';
import { drift } from './drift.ts';
import { drop } from './drop.ts';
import { expectOfAll, expectOfSubject } from './expect.ts';
import { foreground } from './foreground.ts';
import { forgetResults } from './forget-results.ts';
import { group } from './group.ts';
import { heal } from './heal.ts';
import { jump } from './jump.ts';
import { kill } from './kill.ts';
import { latency } from './latency.ts';
import { never } from './never.ts';
import { next } from './next.ts';
import { note } from './note.ts';
import { offline } from './offline.ts';
import { online } from './online.ts';
import { partition } from './partition.ts';
import { pause } from './pause.ts';
import { phase } from './phase.ts';
import { powerCut } from './power-cut.ts';
import { priorities } from './priorities.ts';
import { purge } from './purge.ts';
import { put } from './put.ts';
import { raiseEpoch } from './raise-epoch.ts';
import { release } from './release.ts';
import { renewal } from './renewal.ts';
import { repeat } from './repeat.ts';
import { replica } from './replica.ts';
import { requireSchema } from './require-schema.ts';
import { resolve } from './resolve.ts';
import { restart } from './restart.ts';
import { retry } from './retry.ts';
import { backupOfServer, restoreOfServer } from './server-backup.ts';
import { settle } from './settle.ts';
import { signIn } from './sign-in.ts';
import { start } from './start.ts';
import { stop } from './stop.ts';
import { storage } from './storage.ts';
import { resume, suspend } from './suspend.ts';
import { sync } from './sync.ts';
import { timeZone } from './time-zone.ts';
import { together } from './together.ts';
import { undo } from './undo.ts';
import { until } from './until.ts';
import { update } from './update.ts';
import { upgrade } from './upgrade.ts';
import type { ActorKind, Verb } from './verb.ts';

/** Every kind of step, in the order of docs and messages. */
export const verbs: readonly Verb[] = [
  create,
  update,
  put,
  deletion,
  group,
  offline,
  online,
  next,
  disarm,
  sync,
  until,
  expectOfSubject,
  kill,
  crash,
  powerCut,
  restart,
  suspend,
  resume,
  storage,
  backupOfDevice,
  restoreOfDevice,
  clone,
  upgrade,
  pause,
  foreground,
  renewal,
  signIn,
  clockOfDevice,
  drift,
  resolve,
  undo,
  retry,
  drop,
  stop,
  start,
  clockOfServer,
  purge,
  raiseEpoch,
  backupOfServer,
  restoreOfServer,
  requireSchema,
  forgetResults,
  replica,
  partition,
  heal,
  latency,
  release,
  advance,
  jump,
  timeZone,
  priorities,
  phase,
  note,
  together,
  repeat,
  settle,
  never,
  expectOfAll,
];

const byActor = new Map<ActorKind, ReadonlyMap<string, Verb>>(
  (['device', 'server', 'network', 'clock', 'story'] as const).map((actor) => [
    actor,
    new Map(verbs.filter(({ actors }) => actors.includes(actor)).map((verb) => [verb.name, verb])),
  ]),
);

/** The verb of a name for a kind of actor, or undefined. */
export function verbNamed(actor: ActorKind, name: string): Verb | undefined {
  return byActor.get(actor)?.get(name);
}

/** Names of the verbs that a kind of actor can do. */
export function verbNames(actor: ActorKind): readonly string[] {
  return [...(byActor.get(actor)?.keys() ?? [])];
}
