import type { LogEntry } from '../core/sync/tables.ts';
import type { Stage } from '../stage/stage.ts';

/** The changes that one write made. */
export interface LabelledChange {
  /** The device that wrote, or `server`. */
  readonly device: string;
  readonly user: string;
  readonly changeIds: readonly string[];
}

/**
 * The labels of a story and the changes they stand for. A change may live on under another id: folded, replaced or
 * coalesced, as the device's log tells; what is asked of a label is asked of all ids of its line together.
 */
export class LabelBook {
  readonly #changes = new Map<string, LabelledChange[]>();

  /** Notes that a change was written under a label. With `all` as actor, a label holds one change per device. */
  add(label: string, change: LabelledChange): void {
    this.#changes.set(label, [...(this.#changes.get(label) ?? []), change]);
  }

  /** The changes of a label as written; empty when its step was not played yet. */
  written(label: string): readonly LabelledChange[] {
    return this.#changes.get(label) ?? [];
  }

  /** The label under which a change was written, or null. */
  labelOf(changeId: string): string | null {
    for (const [label, changes] of this.#changes) {
      if (changes.some(({ changeIds }) => changeIds.includes(changeId))) return label;
    }
    return null;
  }

  /** The changes of a label with every id they live or lived under. A killed device's log can't be read then. */
  async lines(label: string, stage: Stage): Promise<readonly LabelledChange[]> {
    return Promise.all(
      this.written(label).map(async (change) => {
        const log = await stage.devices.get(change.device)?.engine()?.log();
        return { ...change, changeIds: followed(change.changeIds, log ?? []) };
      }),
    );
  }
}

/** The ids, and all ids that took over from them. */
function followed(changeIds: readonly string[], log: readonly LogEntry[]): readonly string[] {
  const takenOver = new Map<string, string[]>();
  for (const { changeId, by } of log) {
    if (changeId !== null && by !== null) takenOver.set(changeId, [...(takenOver.get(changeId) ?? []), by]);
  }
  const line = new Set(changeIds);
  for (const id of line) for (const by of takenOver.get(id) ?? []) line.add(by);
  return [...line];
}
