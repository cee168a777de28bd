import { canonicalJson, type Json } from '../lib/json.ts';
import type { DataCopy } from '../stage/data-copy.ts';
import type { StageDevice } from '../stage/device.ts';
import type { Stage } from '../stage/stage.ts';
import type { Ledger, LedgerWrite } from './ledger.ts';

/** Where a copy of a device's data comes from: who made it, and the last write that may be in it. */
interface Origin {
  readonly device: string;
  readonly n: number;
}

/** Of one run: the copies that were made of devices' data. */
export class CopyBook {
  readonly #origins = new WeakMap<DataCopy, Origin>();

  /** Notes a copy made now. */
  add(copy: DataCopy, device: string, ledger: Ledger): DataCopy {
    this.#origins.set(copy, { device, n: ledger.writes.length });
    return copy;
  }

  /** Where a copy comes from; undefined for one that nobody noted. */
  originOf(copy: DataCopy): Origin | undefined {
    return this.#origins.get(copy);
  }
}

/** What happens to the data of one device, each with the losses that the text allows for it. */
export function watchData(
  device: StageDevice,
  { stage, ledger, copies }: { readonly stage: Stage; readonly ledger: Ledger; readonly copies: CopyBook },
): Pick<StageDevice, 'copyData' | 'loadData' | 'cutPower'> {
  return {
    copyData: () => copies.add(device.copyData(), device.name, ledger),
    loadData: async (copy) => {
      const origin = copies.originOf(copy);
      const isOwn = origin?.device === device.name;
      const gone = writesOf(ledger, device).filter(({ n }) => !isOwn || n > origin.n);
      ledger.authorise(isOwn ? 'restored-device' : 'cloned-over', await unsentOf(gone, stage, ledger));
      ledger.replaced(device.name);
      await device.loadData(copy);
    },
    cutPower: async (lostCommits) => {
      const gone = lostCommits === 0 ? [] : lastCommits(writesOf(ledger, device), lostCommits);
      ledger.authorise('power-cut', await unsentOf(gone, stage, ledger));
      if (lostCommits > 0) ledger.replaced(device.name);
      await device.cutPower(lostCommits);
    },
  };
}

/** What a device that stays dead has not sent: asked once it is dead for good. */
export async function unsentBy(device: StageDevice, stage: Stage, ledger: Ledger): Promise<readonly LedgerWrite[]> {
  return unsentOf(
    ledger.writes.filter(({ by }) => by === device.name),
    stage,
    ledger,
  );
}

function writesOf(ledger: Ledger, { name, user }: StageDevice): readonly LedgerWrite[] {
  return ledger.writes.filter((write) => write.by === name && write.user === user);
}

/** The writes of a device's last commits: edits that were made as one are one, and each write is at least one. */
function lastCommits(writes: readonly LedgerWrite[], count: number): readonly LedgerWrite[] {
  const commits = new Set<string>();
  for (const write of writes.toReversed()) {
    commits.add(commitOf(write));
    if (commits.size >= count) break;
  }
  return writes.filter((write) => commits.has(commitOf(write)));
}

function commitOf({ changeIds, n }: LedgerWrite): string {
  return changeIds.join() || `write ${n}`;
}

/** Those of which the server holds no effect now. What it has can't be lost with a device. */
async function unsentOf(writes: readonly LedgerWrite[], stage: Stage, ledger: Ledger): Promise<readonly LedgerWrite[]> {
  const users = [...new Set(writes.map(({ user }) => user))];
  const unsent: LedgerWrite[] = [];
  for (const user of users) {
    const theirs = writes.filter((write) => write.user === user);
    const effects = await stage.server.effects(user, [...new Set(theirs.flatMap(({ changeIds }) => changeIds))]);
    for (const write of theirs) {
      const hasEffect = write.changeIds.length > 0 && write.changeIds.every((id) => effects.has(id));
      if (!hasEffect || !(await isHeard(write, stage, ledger))) unsent.push(write);
    }
  }
  return unsent;
}

/**
 * Whether the server took all values of a write whose id took effect. After a restore an id may have taken effect with what it
 * carried before: the row's history tells, or that of another row that took it over, where only its sending is known.
 */
async function isHeard(write: LedgerWrite, stage: Stage, ledger: Ledger): Promise<boolean> {
  const versions = await stage.server.history(write.user, write);
  return Object.entries(write.set).every(([field, value]) =>
    versions.length === 0
      ? ledger.contacts.wasSent({ ...write, field, value })
      : versions.some(({ data, lost }) => isSame(data?.[field], value) || isSame(lost?.[field], value)),
  );
}

function isSame(one: Json | undefined, other: Json): boolean {
  return canonicalJson(one ?? null) === canonicalJson(other);
}
