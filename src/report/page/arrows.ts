import type { TraceRecord } from '../../trace/record.ts';
import { carriedBy } from './changes.ts';
import type { Layout } from './rows.ts';

/** How a message fared. `late`: it was sent, and the story tells no more of it. */
export type Fate = 'arrived' | 'lost' | 'late';

/** A request or an answer on its way between a device and the server. */
export interface Arrow {
  readonly leg: 'request' | 'answer';
  readonly device: string;
  readonly fate: Fate;
  /** Whether it starts in the network: an answer that the server never gave. */
  readonly isForged: boolean;
  /** Px from the top, where it leaves and where it ends. */
  readonly from: number;
  readonly to: number;
  readonly call: string;
  /** Ids of the changes it carries or answers. */
  readonly changes: readonly string[];
  /** Whether an answer refuses: a problem with its status. */
  readonly isProblem: boolean;
}

/** How far a lost message falls before its cross, px. */
const lostDrop = 14;

interface Flight {
  readonly device: string;
  readonly call: string;
  readonly changes: readonly string[];
  readonly from: number;
  /** Where the request reached the server, each time. */
  readonly arrivals: number[];
}

/** The messages of a story as arrows, in the order in which they end. */
export function arrowsOf(story: readonly TraceRecord[], { middles }: Layout): readonly Arrow[] {
  const wire = new Wire(story.some(({ kind }) => kind === 'arrived'));
  const ended = story.flatMap((record, index) => wire.add(record, middles[index] ?? 0));
  return [...ended, ...wire.late()];
}

/** The calls under way at one point of a story. */
class Wire {
  readonly #flights = new Map<string, Flight>();
  /** Whether the server says what reaches it. */
  readonly #isServerTelling: boolean;

  constructor(isServerTelling: boolean) {
    this.#isServerTelling = isServerTelling;
  }

  /** Takes the next record, at its height; gives the arrows that end with it. */
  add(record: TraceRecord, at: number): readonly Arrow[] {
    const { kind, lane, data } = record;
    const key = `${kind === 'arrived' ? String(data.from) : lane} ${String(data.callId)}`;
    const flight = this.#flights.get(key);
    if (kind === 'call') {
      const changes = [...new Set(carriedBy(record).values())];
      this.#flights.set(key, {
        device: lane,
        call: String(data.call),
        changes,
        from: at,
        arrivals: [],
      });
    } else if (kind === 'arrived') flight?.arrivals.push(at);
    else if (kind === 'life' && data.change === 'killed') return this.#killed(lane);
    if (kind !== 'answer' || flight === undefined) return [];
    this.#flights.delete(key);
    return answered(flight, { at, outcome: String(data.kind), isServerTelling: this.#isServerTelling });
  }

  /** What is still under way when the story ends. */
  late(): readonly Arrow[] {
    return [...this.#flights.values()].flatMap((flight) => unheard(flight, 'late'));
  }

  #killed(device: string): readonly Arrow[] {
    const dying = [...this.#flights].filter(([, flight]) => flight.device === device);
    for (const [key] of dying) this.#flights.delete(key);
    return dying.flatMap(([, flight]) => unheard(flight, 'lost'));
  }
}

function answered(
  flight: Flight,
  end: { readonly at: number; readonly outcome: string; readonly isServerTelling: boolean },
): readonly Arrow[] {
  const isAnswer = end.outcome === 'answer' || end.outcome === 'problem';
  if (!isAnswer) return unheard(flight, 'lost');
  // A server that tells nothing of itself still answers: its requests arrived somewhere in between.
  if (flight.arrivals.length === 0 && !end.isServerTelling) flight.arrivals.push((flight.from + end.at) / 2);
  const last = flight.arrivals.at(-1);
  const answer = {
    ...shared(flight),
    leg: 'answer',
    fate: 'arrived',
    isForged: last === undefined,
    from: last ?? Math.max(flight.from, end.at - lostDrop),
    to: end.at,
    isProblem: end.outcome === 'problem',
  } as const;
  const requests = last === undefined ? [lost(flight, 'request', flight.from)] : arrivals(flight);
  return [...requests, answer];
}

/** Nothing came back: the request was lost on its way, or its answer was. */
function unheard(flight: Flight, fate: Fate): readonly Arrow[] {
  const last = flight.arrivals.at(-1);
  if (last === undefined) return [{ ...lost(flight, 'request', flight.from), fate }];
  return [...arrivals(flight), { ...lost(flight, 'answer', last), fate }];
}

function arrivals(flight: Flight): readonly Arrow[] {
  const one = { ...shared(flight), leg: 'request', fate: 'arrived', isForged: false, isProblem: false } as const;
  return flight.arrivals.map((to) => ({ ...one, from: flight.from, to }));
}

function lost(flight: Flight, leg: Arrow['leg'], from: number): Arrow {
  return { ...shared(flight), leg, fate: 'lost', isForged: false, isProblem: false, from, to: from + lostDrop };
}

function shared({ device, call, changes }: Flight): Pick<Arrow, 'device' | 'call' | 'changes'> {
  return { device, call, changes };
}
