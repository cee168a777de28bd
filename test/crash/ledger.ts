import type { SeenUser } from '../process/served.ts';
import type { CrashedFile } from './crashed-file.ts';
import { type Begun, slotBase, slots } from './writer-lines.ts';

/** A write that a device was asked for, and what is known of it outside the engine. */
interface Write extends Begun {
  readonly device: string;
  /** Ids that the engine answered with, or under which an unanswered write was found in the file after the kill. */
  changeIds: readonly string[];
  answered: boolean;
}

/** All writes of all devices in their order, kept by the test: what the engine says at the end is held against it. */
export class Ledger {
  readonly #writes: Write[] = [];
  readonly #problems: string[] = [];
  readonly #takenOver = new Map<string, string>();

  /** A write is about to be made. Gives the function that takes its answer. */
  begin(device: string, begun: Begun): (changeIds: readonly string[]) => void {
    const write: Write = { ...begun, device, changeIds: [], answered: false };
    this.#writes.push(write);
    return (changeIds) => {
      write.changeIds = changeIds;
      write.answered = true;
    };
  }

  /** What was refused, lost or doubled so far; empty when all is well. */
  get problems(): readonly string[] {
    return this.#problems;
  }

  get answered(): number {
    return this.#writes.filter(({ answered }) => answered).length;
  }

  /** Rows that the device has made, oldest first. */
  rowsOf(device: string): readonly string[] {
    const made = this.#writes.filter((write) => write.device === device && write.action === 'create');
    return made.filter(({ changeIds }) => changeIds.length > 0).map(({ entityId }) => entityId);
  }

  problem(text: string): void {
    this.#problems.push(text);
  }

  /**
   * Holds the file of a killed device against the ledger: every answered write is in it; the one that was under way at
   * the kill may be. Gives how many were under way and are not in the file: their transaction was open.
   */
  reopened(device: string, file: CrashedFile): number {
    for (const [from, to] of file.takenOver) this.#takenOver.set(from, to);
    const own = this.#writes.filter((write) => write.device === device);
    for (const write of own.filter(({ answered }) => answered)) {
      const lost = write.changeIds.filter((id) => !file.changes.has(this.#follow(id)));
      if (lost.length > 0) this.problem(`${write.token}: answered, and not in ${device}'s file after a kill`);
    }
    const known = new Set(own.flatMap(({ changeIds }) => changeIds).map((id) => this.#follow(id)));
    let open = 0;
    for (const write of own.filter(({ changeIds }) => changeIds.length === 0)) {
      const found = findUnanswered(write, file, known);
      if (found === undefined) open += 1;
      else write.changeIds = [found];
    }
    for (const write of own.filter(({ changeIds }) => changeIds.length === 0)) this.#forget(write);
    return open;
  }

  /** Holds the server against the ledger, after everything was synced: everything once, and nothing else. */
  settled({ before, after }: { readonly before: SeenUser; readonly after: SeenUser }): readonly string[] {
    const problems = [...this.#problems];
    const expected = new Set(this.#writes.flatMap(({ changeIds }) => changeIds).map((id) => this.#follow(id)));
    for (const id of expected) {
      const times = after.effects[id] ?? 0;
      if (times !== 1) problems.push(`change ${id} has ${times} effects on the server`);
    }
    for (const id of Object.keys(after.effects)) {
      if (!expected.has(id) && before.effects[id] === undefined)
        problems.push(`the server has an effect of ${id}, which nobody wrote`);
    }
    return [...problems, ...this.#wrongSums(after), ...this.#wrongNotes(after)];
  }

  #wrongSums({ rows }: SeenUser): readonly string[] {
    const counted = Array.from({ length: slots }, () => 0);
    for (const { action, slot } of this.#writes) if (action === 'add') counted[slot] = (counted[slot] ?? 0) + 1;
    const full = counted.filter((count) => count >= slotBase).map((count) => `a slot counted ${count}: too many`);
    const sum = Number(rows.find(({ entityType }) => entityType === 'meditationStats')?.data.totalMinutes ?? 0);
    const found = counted.map((_, slot) => Math.floor(sum / slotBase ** slot) % slotBase);
    return found.join() === counted.join()
      ? full
      : [...full, `counters are ${found.join()}, written ${counted.join()}`];
  }

  #wrongNotes({ rows }: SeenUser): readonly string[] {
    const notes = new Map<string, string>();
    for (const { action, entityId, token } of this.#writes) if (action !== 'add') notes.set(entityId, token);
    const found = rows.filter(({ entityType }) => entityType === 'meditation');
    const wrong = found.filter(({ entityId, data }) => data.notes !== notes.get(entityId));
    return [
      ...(found.length === notes.size ? [] : [`the server has ${found.length} sessions, written were ${notes.size}`]),
      ...wrong.map(
        ({ entityId, data }) => `${entityId} has note ${data.notes}, written last was ${notes.get(entityId)}`,
      ),
    ];
  }

  #follow(id: string): string {
    let last = id;
    for (let next = this.#takenOver.get(last); next !== undefined; next = this.#takenOver.get(last)) last = next;
    return last;
  }

  #forget(write: Write): void {
    this.#writes.splice(this.#writes.indexOf(write), 1);
  }
}

/** The change in the file that an unanswered write has left, if it was made. */
function findUnanswered(write: Begun, file: CrashedFile, known: ReadonlySet<string>): string | undefined {
  for (const [id, item] of file.changes) {
    if (write.action !== 'add') {
      if (item.data?.notes === write.token) return id;
    } else if (item.increments !== null && !known.has(id)) return id;
  }
  return undefined;
}
