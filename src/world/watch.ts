import { completeUnits } from '../core/model/complete-units.ts';
import type { EntityType } from '../core/model/registry.ts';
import type { Device, Edit, WriteOutcome } from '../engine/device.ts';
import type { JsonObject } from '../lib/json.ts';
import { AppDied } from '../stage/crashing-storage.ts';
import type { StageDevice } from '../stage/device.ts';
import type { Stage } from '../stage/stage.ts';
import { type Ledger, type LedgerWrite, type Look, type NewWrite, rowKeyOf } from './ledger.ts';
import { overlay } from './overlay.ts';
import type { StatusSeen, View } from './view.ts';
import { ViewsOf } from './views-of.ts';
import { CopyBook, watchData } from './watch-data.ts';
import { watchQuestions } from './watch-questions.ts';

/** Who hears of what a watched stage does. */
export interface Watcher {
  readonly ledger: Ledger;
  wrote(write: LedgerWrite, shown: Look | null): void;
  looked(look: Look): void;
  /** A device of a simulation was looked at as a whole. */
  viewed(view: View): void;
  /** Somebody read the status of a device of a simulation. */
  said(seen: StatusSeen): void;
}

/** The stage with every write and read of its devices told to the watcher. Nothing else changes. */
export function watchStage(stage: Stage, watcher: Watcher): Stage {
  const copies = new CopyBook();
  const at = { stage, watcher, copies };
  const devices = new Map([...stage.devices].map(([name, device]) => [name, watchDevice(device, at)]));
  return overlay(stage, { devices });
}

function watchDevice(
  device: StageDevice,
  { stage, watcher, copies }: Omit<At, 'device' | 'views'> & { readonly copies: CopyBook },
): StageDevice {
  let last: { readonly engine: Device; readonly watched: Device } | null = null;
  // Only where no time passes between a call and its answer is a look at everything a look at one moment.
  const views = stage.kind === 'sim' ? new ViewsOf(device, watcher) : null;
  return overlay(device, {
    ...watchData(device, { stage, ledger: watcher.ledger, copies }),
    engine: () => {
      const engine = device.engine();
      if (engine === null) return null;
      if (last?.engine !== engine) {
        last = { engine, watched: watchEngine(engine, { device, stage, watcher, views }) };
        views?.started(engine);
      }
      return last.watched;
    },
    setOnline: (online) => {
      if (!online && device.isOnline()) views?.look('line cut');
      device.setOnline(online);
    },
    kill: () => {
      views?.look('killed');
      return device.kill();
    },
  });
}

interface At {
  readonly device: StageDevice;
  readonly stage: Stage;
  readonly watcher: Watcher;
  readonly views: ViewsOf | null;
}

function watchEngine(engine: Device, at: At): Device {
  const witness = new Witness(engine, at);
  return overlay(engine, {
    status: () => {
      const status = engine.status();
      at.views?.said(engine, status);
      return status;
    },
    write: (edit) => witness.write([edit], () => engine.write(edit)),
    writeGroup: (edits) => witness.write(edits, () => engine.writeGroup(edits)),
    undo: async (changeId) => {
      await witness.reopen(changeId);
      return engine.undo(changeId);
    },
    drop: async (changeId) => {
      await witness.reopen(changeId);
      return engine.drop(changeId);
    },
    ...watchQuestions(engine, {
      device: at.device,
      ledger: at.watcher.ledger,
      reopen: (changeId) => witness.reopen(changeId),
    }),
  });
}

/** What is known of a write beside what was asked for and shown. */
type Made = Pick<LedgerWrite, 'changeIds' | 'group' | 'asked'>;

/** Notes what one life of a device does. */
class Witness {
  readonly #engine: Device;
  readonly #at: At;

  constructor(engine: Device, at: At) {
    this.#engine = engine;
    this.#at = at;
  }

  async write(edits: readonly Edit[], act: () => WriteOutcome | Promise<WriteOutcome>): Promise<WriteOutcome> {
    const before: (Look | null)[] = [];
    for (const edit of edits)
      before.push(edit.entityId === undefined ? null : await this.#look(edit.entityType, edit.entityId));
    const asked: (JsonObject | null)[] = [];
    for (const edit of edits) asked.push(edit.action === 'delete' ? await this.#askedAbout(edit) : null);
    const group = edits.length > 1 ? { group: this.#at.watcher.ledger.writes.length + 1 } : {};
    const outcome = await this.#unlessDying(edits, before, act);
    if (!outcome.ok) return outcome;
    for (const [index, edit] of edits.entries()) {
      const entityId = edit.entityId ?? (await this.#drawnId(outcome.changeIds));
      const theirs = asked[index] ?? null;
      const made = { changeIds: outcome.changeIds, ...(theirs === null ? {} : { asked: theirs }), ...group };
      if (entityId !== null) await this.#note(edit, entityId, { seen: before[index] ?? null, ...made });
    }
    return outcome;
  }

  /** An app that dies in the commit of an edit may have kept it; it is noted as one that may be lost. */
  async #unlessDying(
    edits: readonly Edit[],
    before: readonly (Look | null)[],
    act: () => WriteOutcome | Promise<WriteOutcome>,
  ): Promise<WriteOutcome> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof AppDied)) throw error;
      const { ledger } = this.#at.watcher;
      for (const [index, edit] of edits.entries()) {
        if (edit.entityId === undefined) continue;
        const seen = before[index] ?? null;
        ledger.authorise('died-in-commit', [
          ledger.add(this.#written(edit, edit.entityId, { seen, shown: null, changeIds: [] })),
        ]);
      }
      throw error;
    }
  }

  /** A person takes back what this change did: what its rows hold afterwards follows no rule of merging. */
  async reopen(changeId: string): Promise<void> {
    const { user } = this.#at.device;
    const { ledger } = this.#at.watcher;
    for (const write of ledger.writes) if (write.changeIds.includes(changeId)) ledger.reopened.add(rowKeyOf(write));
    for (const { entityType, entityId } of (await this.#engine.queue()).filter(({ id }) => id === changeId)) {
      const look = await this.#look(entityType, entityId);
      ledger.reopened.add(rowKeyOf({ user, entityType, row: look?.row ?? entityId }));
    }
  }

  async #note(edit: Edit, entityId: string, { seen, ...made }: { readonly seen: Look | null } & Made): Promise<void> {
    const { watcher } = this.#at;
    const shown = await this.#look(edit.entityType, entityId);
    const write = watcher.ledger.add(this.#written(edit, entityId, { seen, shown, ...made }));
    watcher.wrote(write, shown);
    if (shown !== null) watcher.looked(shown);
  }

  #written(
    edit: Edit,
    entityId: string,
    known: { readonly seen: Look | null; readonly shown: Look | null } & Made,
  ): NewWrite {
    const { device, stage, watcher } = this.#at;
    const { seen, shown, ...made } = known;
    const set = setOf(edit, seen, watcher.ledger.typeOf(edit.entityType));
    return {
      by: device.name,
      user: device.user,
      atMs: stage.clock.nowMs(),
      action: edit.action,
      entityType: edit.entityType,
      row:
        shown?.row ??
        seen?.row ??
        watcher.ledger.nameOf(edit.entityType, entityId, edit.action === 'create' ? set : null),
      entityId,
      set,
      add: edit.action === 'update' ? (edit.add ?? {}) : {},
      seen: seen?.data ?? null,
      ...made,
    };
  }

  /** The server's row beside the one that is deleted, where a person is asked about the two. */
  async #askedAbout({ entityType, entityId }: Edit): Promise<JsonObject | null> {
    const open = await this.#engine.conflicts();
    return open.find((one) => one.entityType === entityType && one.entityId === entityId)?.theirsData ?? null;
  }

  async #drawnId(changeIds: readonly string[]): Promise<string | null> {
    const item = (await this.#engine.queue()).find(({ id }) => changeIds.includes(id));
    return item?.entityId ?? null;
  }

  async #look(entityType: string, entityId: string): Promise<Look | null> {
    const { device, watcher } = this.#at;
    const row = await this.#engine.get(entityType, entityId);
    if (row === null) return null;
    const name = watcher.ledger.nameOf(entityType, row.entityId, row.data);
    return { device: device.name, user: device.user, entityType, row: name, data: row.data };
  }
}

/** What an edit sets: a unit travels whole, with what was shown of its other fields. */
function setOf(edit: Edit, seen: Look | null, type: EntityType | undefined): JsonObject {
  if (edit.action === 'create') return edit.data;
  if (edit.action === 'delete' || edit.set === undefined) return {};
  return type === undefined || seen === null ? edit.set : completeUnits(type, edit.set, seen.data);
}
