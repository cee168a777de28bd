import type { Json, JsonObject } from '../lib/json.ts';
import { type Author, Tokens } from './author.ts';
import type { StoryDraws } from './draws.ts';

/** How a row of one type is written. */
interface Writing {
  /** Fields without which the row can't be made, and those that it keeps. */
  whole?(row: Row): JsonObject;
  /** Fields of which a write takes one or two; each makes its own part of a `put`. */
  readonly fields: Readonly<Record<string, (row: Row) => JsonObject>>;
}

interface Row {
  readonly device: string;
  /** Number of the row among those of its type. */
  readonly n: number;
  readonly tokens: Tokens;
  pick<T>(label: string, items: readonly T[]): T;
  below(label: string, count: number): number;
}

const flags = [
  'notificationsEnabled',
  'dailyQuote',
  'streakAlerts',
  'newPrograms',
  'soundEnabled',
  'hapticsEnabled',
  'syncWifiOnly',
  'syncInBackground',
  'downloadWifiOnly',
] as const;
const moods = ['calm', 'content', 'focused', 'neutral', 'restless', 'sad', 'tired'] as const;
/** Rows that each user has once. */
const singletons = new Set(['preferences', 'meditationStats']);

const set = (values: JsonObject): JsonObject => ({ set: values });
const flag = (name: string) => (row: Row) => set({ [name]: row.below('flag', 2) === 0 });
const amount = (name: string, least: number, count: number) => (row: Row) =>
  set({ [name]: least + row.below('amount', count) });
const text = (name: string) => (row: Row) => set({ [name]: row.tokens.text(row.device) });
const moment = (name: string) => (row: Row) => set({ [name]: row.tokens.moment() });
const one = (name: string, values: readonly Json[]) => (row: Row) => set({ [name]: row.pick(name, values) });

/** A counter grows by its own power of 8; one that is full is left for a name that always may be written. */
const count =
  (type: string, name: string) =>
  ({ tokens }: Row): JsonObject => {
    const addition = tokens.addition(`${type} ${name}`);
    return addition === null ? {} : { increment: { [name]: addition } };
  };

const times = ({ tokens, below }: Row): JsonObject =>
  set({ startedAt: tokens.moment(), completedAt: tokens.moment(), durationSec: below('seconds', 86_400) });

const file = ({ tokens, below }: Row): JsonObject =>
  set({
    bytes: below('bytes', 1_000_000),
    sha256: tokens.number().toString(16).padStart(64, '0'),
    downloadedAt: tokens.moment(),
  });

/** The types of the app with what its users do to them. */
const writings: Readonly<Record<string, Writing>> = {
  preferences: {
    fields: {
      theme: one('theme', ['system', 'light', 'dark']),
      language: one('language', ['en', 'de', 'fr', 'pt-BR']),
      ...Object.fromEntries(flags.map((name) => [name, flag(name)])),
      reminderTimes: ({ below }) => ({
        add: { reminderTimes: [`${String(6 + below('hour', 16)).padStart(2, '0')}:30`] },
      }),
      sessionLengthMin: amount('sessionLengthMin', 1, 180),
    },
  },
  quotes: { fields: { liked: flag('liked'), favourite: flag('favourite') } },
  quoteComments: {
    whole: (row) => ({ quoteId: `q${row.n}`, text: row.tokens.text(row.device) }),
    fields: { text: text('text') },
  },
  guidedMeditation: {
    whole: ({ n }) => ({ programId: `program-${n}` }),
    fields: {
      status: one('status', ['enrolled', 'active', 'completed']),
      currentDay: amount('currentDay', 1, 366),
      completedSessionIds: (row) => ({ add: { completedSessionIds: [row.tokens.text(row.device)] } }),
    },
  },
  programProgress: {
    whole: ({ n, device }) => ({ enrolmentId: `n0-${device}`, sessionId: `session-${n}`, day: n + 1 }),
    fields: {
      positionSec: amount('positionSec', 0, 86_400),
      completed: flag('completed'),
      completedAt: moment('completedAt'),
      notes: text('notes'),
    },
  },
  meditation: {
    whole: (row) => ({ sessionId: `calm-${row.n}`, ...(times(row).set as JsonObject) }),
    fields: { times, rating: amount('rating', 1, 5), mood: one('mood', moods), notes: text('notes') },
  },
  meditationStats: {
    fields: {
      totalSessions: count('meditationStats', 'totalSessions'),
      totalMinutes: count('meditationStats', 'totalMinutes'),
      longestStreakDays: amount('longestStreakDays', 0, 100_000),
      lastSessionAt: moment('lastSessionAt'),
    },
  },
  audioDownloads: {
    whole: (row) => ({ trackId: `track-${row.n}`, ...(file(row).set as JsonObject) }),
    fields: { file, deviceName: text('deviceName') },
  },
};

/** Writes the types of the app. Narrow fields (ratings, likes, settings) are judged by whether somebody wrote the value. */
export class GurasAuthor implements Author {
  readonly header: JsonObject;
  readonly #draws: StoryDraws;
  readonly #types: readonly string[];
  readonly #rowsPerType: number;
  readonly #tokens = new Tokens();

  constructor(draws: StoryDraws, { rowsPerType, user }: { readonly rowsPerType: number; readonly user: string }) {
    this.#draws = draws;
    this.#rowsPerType = rowsPerType;
    const all = Object.keys(writings);
    const drawn = new Set(Array.from({ length: 2 + draws.below('types', 4) }, () => draws.pick('type', all)));
    // Progress hangs on an enrolment.
    if (drawn.has('programProgress')) drawn.add('guidedMeditation');
    this.#types = all.filter((type) => drawn.has(type));
    this.header = { registry: 'guras', fixtures: { [user]: [this.#fixture()] } };
  }

  put(device: string): JsonObject {
    const { type, row, n } = this.#row(device);
    const { whole, fields } = writings[type] as Writing;
    const drawn = this.#rowOf(device, n);
    const names = [0, 1].map(() => this.#draws.pick(`field/${type}`, Object.keys(fields)));
    const parts = [...new Set(names)].map((name) => fields[name]?.(drawn) ?? {});
    // Half of the writes say everything a new row needs; the others change what is there.
    const isWhole = whole !== undefined && (type === 'guidedMeditation' || this.#draws.below('whole', 2) === 0);
    const joined = joinParts(isWhole ? [{ set: whole(drawn) }, ...parts] : parts);
    return Object.keys(joined).length > 0 ? { put: row, ...joined } : { put: 'preferences/me', set: { theme: 'dark' } };
  }

  deletion(device: string): JsonObject {
    return { delete: this.#row(device).row };
  }

  creation(device: string): JsonObject {
    const n = this.#tokens.number();
    const made = writings.audioDownloads?.whole?.(this.#rowOf(device, n)) ?? {};
    return { create: `audioDownloads/${device}-${n}`, set: made };
  }

  mark(device: string): JsonObject {
    const made = writings.audioDownloads?.whole?.(this.#rowOf(device, 0)) ?? {};
    return { put: `audioDownloads/${device}-was-here`, set: { ...made, deviceName: `${device} at the end` } };
  }

  /** The quotes of the catalogue, and a session that all devices know from the start. */
  #fixture(): JsonObject {
    const numbers = Array.from({ length: this.#rowsPerType }, (_, n) => n);
    const quote = (n: number): JsonObject => ({ text: `Quote ${n}`, author: 'Anon', category: 'calm' });
    const session = writings.meditation?.whole?.(this.#rowOf('fixture', 0)) ?? {};
    return {
      catalogue: { quotes: Object.fromEntries(numbers.map((n) => [`q${n}`, quote(n)])) },
      rows: { meditation: { n0: session } },
    };
  }

  #row(device: string): { readonly type: string; readonly row: string; readonly n: number } {
    const type = this.#draws.pick('edited', this.#types);
    const n = this.#draws.below(`row/${type}`, this.#rowsPerType);
    return { type, n, row: `${type}/${rowId(type, n, device)}` };
  }

  #rowOf(device: string, n: number): Row {
    const { pick, below } = {
      pick: <T>(label: string, items: readonly T[]): T => this.#draws.pick(label, items),
      below: (label: string, bound: number): number => this.#draws.below(label, bound),
    };
    return { device, n, tokens: this.#tokens, pick, below };
  }
}

/** Enrolments are made by each device under its own id, so that their programs meet. */
function rowId(type: string, n: number, device: string): string {
  if (singletons.has(type)) return 'me';
  if (type === 'quotes') return `q${n}`;
  return type === 'guidedMeditation' ? `n${n}-${device}` : `n${n}`;
}

function joinParts(parts: readonly JsonObject[]): JsonObject {
  const joined: Record<string, JsonObject> = {};
  for (const part of parts)
    for (const [word, fields] of Object.entries(part)) joined[word] = { ...joined[word], ...(fields as JsonObject) };
  return joined;
}
