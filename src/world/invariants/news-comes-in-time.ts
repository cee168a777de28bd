import type { JsonObject } from '../../lib/json.ts';
import type { TraceRecord } from '../../trace/record.ts';
import { Brought, type Told } from '../brought.ts';
import { Calm, patienceMs } from '../calm.ts';
import { dataName, perDevice } from '../per-device.ts';
import { atOnce } from '../view.ts';
import { changesIn, resolutionsIn } from '../wire.ts';
import type { Findings, Invariant, World } from './invariant.ts';

const claim = {
  name: 'news-comes-in-time',
  claim:
    'While all is well no device says "synced" that was not brought what the server took two polls and two probes ago.',
};

/** "Synced" means that nothing is missing here either, apart from the newest. */
export const newsComesInTime: Invariant = { ...claim, fresh: remembering };

function remembering(): Invariant {
  const calm = new Calm();
  const book = new NewsBook();
  return {
    ...claim,
    heeds: {
      ...calm.heeds,
      // Purges, new lineages and backups take away what was there.
      server: (record, world, findings) => {
        calm.heeds.server?.(record, world, findings);
        for (const device of world.stage.devices.keys()) book.of(device, world).missing = [];
      },
      call: (record, world) => book.called(record, world),
      'server-commit': (record, world) => book.committed(record, world),
      answer: (record, world, findings) => {
        calm.answered(record);
        if (book.answered(record, world)) findings.counts();
      },
      step: ({ atMs }, world, findings) => {
        for (const device of world.stage.devices.keys()) {
          const beforeMs = atMs - patienceMs(device, world);
          if (book.isLate(device, beforeMs, world) && calm.isSince(beforeMs, device, world))
            check(device, book.of(device, world), { world, findings });
        }
      },
    },
  };
}

/** A version that stands on the server and that a device was not told of. */
interface News extends Told {
  readonly atMs: number;
}

/** What a user's data on a device know of the server's. */
interface Known {
  /** The newest version that was told of each row. */
  readonly newest: Map<string, number>;
  missing: readonly News[];
}

/** Knows what each device was told, and what it was not. */
class NewsBook {
  readonly #brought = new Brought();
  /** Whose each change and decision is. */
  readonly #userOf = new Map<string, string>();
  /** Rows that some effect made and none deleted since, by user. */
  readonly #there = new Set<string>();
  readonly #known = perDevice((): Known => ({ newest: new Map(), missing: [] }));

  of(device: string, { stage, ledger }: World): Known {
    return this.#known(dataName(ledger, device, stage.devices.get(device)?.user));
  }

  called({ lane, data }: TraceRecord, { stage }: World): void {
    this.#brought.called(data);
    const user = stage.devices.get(lane)?.user ?? '';
    for (const { id } of [...changesIn(data), ...resolutionsIn(data)]) this.#userOf.set(id, user);
  }

  committed({ atMs, data }: TraceRecord, world: World): void {
    const { changeId, entityType, entityId, version } = data;
    const [user, row] = [this.#userOf.get(String(changeId)), `${entityType}/${entityId}`];
    if (typeof version !== 'number' || !this.#writes(`${user} ${row}`, data.body as JsonObject)) return;
    for (const device of world.stage.devices.values()) {
      const known = this.of(device.name, world);
      // A decision that writes nothing tells the version that stood before.
      if (device.user === user && version > (known.newest.get(row) ?? -1))
        known.missing = [...known.missing, { row, version, atMs }];
    }
  }

  /** Whether an effect made a version. A decision for the server's row and a delete of what is not there only tell a number. */
  #writes(row: string, { action, outcome }: JsonObject): boolean {
    if (outcome === 'server') return false;
    if (action === 'DELETE' || outcome === 'delete') return this.#there.delete(row);
    this.#there.add(row);
    return true;
  }

  /** Gives whether the answer told of something that was missing. */
  answered({ lane, data }: TraceRecord, world: World): boolean {
    const known = this.of(lane, world);
    for (const { row, version } of this.#brought.toldIn(data))
      known.newest.set(row, Math.max(version, known.newest.get(row) ?? -1));
    const left = known.missing.filter(({ row, version }) => version > (known.newest.get(row) ?? -1));
    const isNews = left.length < known.missing.length;
    known.missing = left;
    return isNews;
  }

  /** Whether something is missing since before a moment. What a copy of data knows was told to another device. */
  isLate(device: string, beforeMs: number, world: World): boolean {
    return world.ledger.dataOf(device) === 0 && this.of(device, world).missing.some(({ atMs }) => atMs < beforeMs);
  }
}

function check(
  device: string,
  known: Known,
  { world, findings }: { readonly world: World; readonly findings: Findings },
): void {
  const engine = world.stage.devices.get(device)?.engine();
  if (engine === null || engine === undefined || !atOnce(engine.status()).synced) return;
  const [late] = known.missing;
  known.missing = [];
  findings.found(`${device} says synced, and was not brought version ${late?.version} of ${late?.row}`);
}
