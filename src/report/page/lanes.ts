import type { TraceRecord } from '../../trace/record.ts';
import type { Layout } from './rows.ts';

/** How a device is on a stretch of its lane. */
export type LaneState = 'online' | 'offline' | 'dead';

/** A stretch of a lane, px from the top. */
export interface Stretch {
  readonly state: LaneState;
  readonly from: number;
  readonly to: number;
}

/** How many items a queue holds on a stretch of its lane, px from the top. */
export interface Depth {
  readonly items: number;
  readonly from: number;
  readonly to: number;
}

/** One vertical lane of a timeline. */
export interface Lane {
  readonly name: string;
  /** Position from the left, 0 or more; also its colour. */
  readonly index: number;
  /** Middle, px from the left of the lanes. */
  readonly x: number;
  readonly stretches: readonly Stretch[];
  readonly depths: readonly Depth[];
}

/** The lanes of the devices, the server at the right. */
export interface Lanes {
  readonly all: readonly Lane[];
  readonly byName: ReadonlyMap<string, Lane>;
  /** Px from one lane to the next. */
  readonly spacing: number;
  readonly width: number;
  /** The most items that any queue holds, 0 or more. */
  readonly deepest: number;
}

/** The lanes of a story, with how each device and its queue fares on the way down. */
export function lanesOf(devices: readonly string[], story: readonly TraceRecord[], layout: Layout): Lanes {
  const names = [...devices, 'server'];
  const spacing = spacingOf(names.length);
  const all = names.map((name, index): Lane => {
    const own = story.flatMap((record, at) => (record.lane === name ? [{ record, y: layout.middles[at] ?? 0 }] : []));
    const x = Math.round((index + 0.5) * spacing);
    return { name, index, x, stretches: stretchesOf(own, layout.height), depths: depthsOf(own, layout.height) };
  });
  const deepest = all.flatMap(({ depths }) => depths).reduce((most, { items }) => Math.max(most, items), 0);
  return {
    all,
    byName: new Map(all.map((lane) => [lane.name, lane])),
    spacing,
    width: spacing * names.length,
    deepest,
  };
}

/** Many lanes stand closer together, so that the text beside them keeps its room. */
function spacingOf(count: number): number {
  if (count <= 4) return 116;
  return count <= 7 ? 92 : 68;
}

type Placed = readonly { readonly record: TraceRecord; readonly y: number }[];

function stretchesOf(records: Placed, height: number): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let [state, from, hasLine]: [LaneState, number, boolean] = ['online', 0, true];
  for (const { record, y } of records) {
    if (record.kind === 'line') hasLine = record.data.online === true;
    const isDead: boolean = record.kind === 'life' ? record.data.change === 'killed' : state === 'dead';
    const next: LaneState = isDead ? 'dead' : hasLine ? 'online' : 'offline';
    if (next === state) continue;
    if (y > from) stretches.push({ state, from, to: y });
    [state, from] = [next, y];
  }
  return [...stretches, { state, from, to: height }];
}

function depthsOf(records: Placed, height: number): readonly Depth[] {
  const steps = records.flatMap(({ record, y }) =>
    record.kind === 'commit' ? [{ items: Number(record.data.queued), y }] : [],
  );
  return steps.flatMap(({ items, y }, index) => {
    const to = steps[index + 1]?.y ?? height;
    return items > 0 && to > y ? [{ items, from: y, to }] : [];
  });
}
