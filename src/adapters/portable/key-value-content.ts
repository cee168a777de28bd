import type { Write } from '../../core/sync/rows.ts';
import {
  type Batch,
  damagedKey,
  frame,
  type Garbage,
  hasGarbage,
  type KeyNames,
  keyValueFormat,
  noGarbage,
  parseRoot,
  pieces,
  type Root,
  unframe,
} from './key-value-format.ts';
import { getMany, type KeyValueStore, removeMany } from './key-value-store.ts';

/** First characters of a framed text: the whole batch, a piece that goes on in the next, or the number of pieces. */
const WHOLE = '.';
const MORE = '+';
const PIECES = '#';

const READ_AT_ONCE = 32;
const REMOVED_AT_ONCE = 200;

/** Where and how big: a store, the keys in it, and the longest value, in code units. */
export interface Place {
  readonly store: KeyValueStore;
  readonly keys: KeyNames;
  readonly unitsMax: number;
}

/** What was found when a device was opened. */
export interface Content {
  readonly root: Root;
  /** Pages, then commits, in the order in which their writes apply. */
  readonly batches: readonly Batch[];
  /** The number of the next commit. */
  readonly next: number;
  /** Commits that lie in parts, and in how many. */
  readonly parts: readonly (readonly [number, number])[];
  /** Code units of the pages and of the commits. */
  readonly pageUnits: number;
  readonly logUnits: number;
}

/** Reads a device, or makes an empty one. Fails with `foreign`, `too-new` or `corrupt`; rejects as the store does. */
export async function readContent(place: Place): Promise<Content> {
  const root = (await readRoot(place)) ?? (await makeRoot(place));
  const pages = await readPages(place, root);
  const log = await readLog(place, root.from);
  await sweepOrphans(place, root, log.next);
  const batches = [...pages.batches, ...log.batches];
  return { root, batches, next: log.next, parts: log.parts, pageUnits: pages.units, logUnits: log.units };
}

async function readRoot({ store, keys }: Place): Promise<Root | null> {
  const [value, made, first] = await getMany(store, [keys.root, keys.made, keys.log(1)]);
  if (typeof value !== 'string') {
    if (typeof made === 'string' || typeof first === 'string') throw damagedKey(keys.root);
    return null;
  }
  const root = parseRoot(keys.root, value);
  if (typeof made !== 'string') await store.setItem(keys.made, frame('{}'));
  return root;
}

async function makeRoot(place: Place): Promise<Root> {
  const root: Root = {
    app: 'guras-sync',
    format: keyValueFormat,
    generation: 0,
    pages: 0,
    from: 1,
    garbage: noGarbage,
  };
  await writeRoot(place, root);
  await place.store.setItem(place.keys.made, frame('{}'));
  return root;
}

/** Replaces the root: the one step at which a new generation of pages begins to count. */
export async function writeRoot({ store, keys }: Place, root: Root): Promise<void> {
  await store.setItem(keys.root, frame(JSON.stringify(root)));
}

async function readPages({ store, keys }: Place, { generation, pages }: Root) {
  const batches: Batch[] = [];
  let units = 0;
  let open = '';
  for (let from = 0; from < pages; from += READ_AT_ONCE) {
    const count = Math.min(READ_AT_ONCE, pages - from);
    const names = Array.from({ length: count }, (_, at) => keys.page(generation, from + at));
    const values = await getMany(store, names);
    names.forEach((name, at) => {
      const text = unframe(name, values[at] ?? null);
      units += text.length;
      open += text.slice(1);
      if (text[0] === MORE) return;
      batches.push(JSON.parse(open) as Batch);
      open = '';
    });
  }
  return { batches, units };
}

/** Commits from number `from` on. They have no gap: one that is missing before another one was lost. */
async function readLog(place: Place, from: number) {
  const batches: Batch[] = [];
  const parts: [number, number][] = [];
  let units = 0;
  let next = from;
  for (;;) {
    const names = Array.from({ length: READ_AT_ONCE }, (_, at) => place.keys.log(next + at));
    const values = await getMany(place.store, names);
    const gap = values.indexOf(null);
    const held = gap === -1 ? values : values.slice(0, gap);
    for (const value of held) {
      const { text, count } = await readCommit(place, next, value);
      if (count > 0) parts.push([next, count]);
      units += text.length;
      batches.push(JSON.parse(text) as Batch);
      next += 1;
    }
    if (gap === -1) continue;
    if (values.slice(gap).some((value) => value !== null)) throw damagedKey(place.keys.log(next));
    return { batches, parts, units, next };
  }
}

async function readCommit({ store, keys }: Place, n: number, value: string | null) {
  const head = unframe(keys.log(n), value);
  if (head[0] === WHOLE) return { text: head.slice(1), count: 0 };
  const names = Array.from({ length: Number(head.slice(1)) }, (_, part) => keys.logPart(n, part));
  const parts = await getMany(store, names);
  return { text: names.map((name, at) => unframe(name, parts[at] ?? null).slice(1)).join(''), count: names.length };
}

/** Writes commit `n`: it counts from the moment its own key is there, which is written last. */
export async function writeCommit({ store, keys, unitsMax }: Place, n: number, text: string): Promise<void> {
  const parts = pieces(text, unitsMax);
  const [whole] = parts;
  for (const [at, part] of parts.length > 1 ? parts.entries() : []) {
    await store.setItem(keys.logPart(n, at), frame(MORE + part));
  }
  await store.setItem(keys.log(n), frame(parts.length > 1 ? PIECES + parts.length : WHOLE + whole));
}

/** Writes all rows as the pages of a generation. They do not count before the root names them. Gives their number. */
export async function writePages(
  { store, keys, unitsMax }: Place,
  generation: number,
  rows: Iterable<Write>,
): Promise<{ readonly pages: number; readonly units: number }> {
  let pages = 0;
  let units = 0;
  for (const text of batchTexts(rows, unitsMax)) {
    const parts = pieces(text, unitsMax);
    for (const [at, part] of parts.entries()) {
      const mark = at === parts.length - 1 ? WHOLE : MORE;
      await store.setItem(keys.page(generation, pages), frame(mark + part));
      pages += 1;
      units += part.length;
    }
  }
  return { pages, units };
}

function* batchTexts(rows: Iterable<Write>, unitsMax: number): Generator<string> {
  let held: string[] = [];
  let units = 0;
  for (const row of rows) {
    const text = JSON.stringify(row);
    if (held.length > 0 && units + text.length > unitsMax) {
      yield `{"n":0,"writes":[${held.join(',')}]}`;
      held = [];
      units = 0;
    }
    held.push(text);
    units += text.length + 1;
  }
  if (held.length > 0) yield `{"n":0,"writes":[${held.join(',')}]}`;
}

/** Takes away what no longer counts. When it rejects, some of it is left; doing it again takes the rest. */
export async function removeGarbage({ store, keys }: Place, { pages, logs, parts }: Garbage): Promise<void> {
  const names = [...pages, ...parts].map(([of, count], at) =>
    Array.from({ length: count }, (_, part) => (at < pages.length ? keys.page(of, part) : keys.logPart(of, part))),
  );
  const [from, to] = logs;
  names.push(Array.from({ length: to - from }, (_, at) => keys.log(from + at)));
  const all = names.flat();
  for (let at = 0; at < all.length; at += REMOVED_AT_ONCE) await removeMany(store, all.slice(at, at + REMOVED_AT_ONCE));
}

/** What a process that was killed left behind: garbage that the root names, parts and pages that never counted. */
async function sweepOrphans(place: Place, root: Root, next: number): Promise<void> {
  const { store, keys } = place;
  if (hasGarbage(root.garbage)) {
    await removeGarbage(place, root.garbage);
    await writeRoot(place, { ...root, garbage: noGarbage });
  }
  await sweep(store, (part) => keys.logPart(next, part));
  await sweep(store, (part) => keys.page(root.generation + 1, part));
}

/** Takes the values away that `name` counts up, from the last to the first, so that a sweep that is cut off is found again by the next one. */
export async function sweep(store: KeyValueStore, name: (part: number) => string): Promise<void> {
  let count = 0;
  while (typeof (await store.getItem(name(count))) === 'string') count += 1;
  for (let part = count - 1; part >= 0; part -= 1) await store.removeItem(name(part));
}
