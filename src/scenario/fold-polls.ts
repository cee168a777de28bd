import type { TraceRecord } from '../trace/record.ts';

/** Polls in a row from which on they are told as one. */
const foldedMin = 3;
const pollKinds = new Set(['call', 'arrived', 'answer']);

/**
 * The story with stretches of polls that bring nothing told in one note each: a phone that waits for days pulls thousands of
 * times. A poll that brings rows, a verdict or a problem, that a fault strikes, or that begins before something else and
 * ends after it, stays.
 */
export function foldPolls(story: readonly TraceRecord[]): readonly TraceRecord[] {
  const idle = idleCalls(story);
  const folded: TraceRecord[] = [];
  let stretch: TraceRecord[] = [];
  for (const record of story) {
    if (idle.has(keyOf(record))) stretch.push(record);
    else {
      folded.push(...told(stretch), record);
      stretch = [];
    }
  }
  return [...folded, ...told(stretch)];
}

/** The device and call of a record that is part of a call; other records have none. */
function keyOf({ kind, lane, data }: TraceRecord): string {
  if (!pollKinds.has(kind)) return '';
  return `${kind === 'arrived' ? String(data.from) : lane} ${String(data.callId)}`;
}

/** Pulls that were asked and answered while nothing but other such pulls happened, and that brought nothing. */
function idleCalls(story: readonly TraceRecord[]): ReadonlySet<string> {
  const idle = new Set<string>();
  let open = new Set<string>();
  let stretch = new Set<string>();
  for (const record of story) {
    const key = keyOf(record);
    if (key === '' || record.data.call !== 'pull') {
      // Whatever is under way here has met something: it stays.
      open = new Set();
      stretch = new Set();
    } else if (record.kind === 'call') {
      open.add(key);
    } else if (record.kind === 'answer') {
      if (open.has(key) && bringsNothing(record)) stretch.add(key);
      open.delete(key);
    }
    if (open.size === 0) {
      for (const each of stretch) idle.add(each);
      stretch = new Set();
    }
  }
  return idle;
}

function bringsNothing({ data }: TraceRecord): boolean {
  return data.kind === 'answer' && data.items === 0 && (!Array.isArray(data.settled) || data.settled.length === 0);
}

function told(stretch: readonly TraceRecord[]): readonly TraceRecord[] {
  const answers = stretch.filter(({ kind }) => kind === 'answer');
  const [last] = answers.slice(-1);
  if (answers.length < foldedMin || last === undefined) return stretch;
  const devices = [...new Set(answers.map(({ lane }) => lane))].sort();
  const who = devices.length > 2 ? `${devices.length} devices` : devices.join(' and ');
  const text = `${answers.length} pulls of ${who} bring nothing`;
  return [{ kind: 'note', atMs: last.atMs, lane: 'story', data: { text, isFolded: true } }];
}
