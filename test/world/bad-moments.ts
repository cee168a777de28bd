import { look, type Moments, view } from './moments.ts';

type Play = (moments: Moments) => unknown;

/** Moments of a run that break the invariant, and moments like them that keep it. */
export const badMoments: Readonly<Record<string, readonly [bad: Play, good: Play]>> = {
  'quiet-offline': [
    (on) => {
      on.online = false;
      on.record('call', { call: 'pull' });
    },
    (on) => on.record('call', { call: 'pull' }),
  ],
  'restart-keeps-own-writes': [restartShowing('one'), restartShowing('two')],
  'restart-keeps-all': [
    (on) => on.view({ rows: [], before: view({ rows: [look('latest', { value: 'one' })] }) }),
    (on) =>
      on.view({ rows: [look('latest', { value: 'one' })], before: view({ rows: [look('latest', { value: 'one' })] }) }),
  ],
  'writes-seen-in-order': [tabletWroteTwice({ other: 'late' }), tabletWroteTwice({ value: 'early', other: 'late' })],
  'writes-follow-reads': [phoneAnsweredTablet('before'), phoneAnsweredTablet('question')],
  'groups-seen-whole': [groupShowing(['a']), groupShowing(['a', 'b'])],
  'gone-stays-gone': [shownAfterDelete(false), shownAfterDelete(true)],
  'log-only-grows': [
    logsOf([{ n: 1, kind: 'lost' }], [{ n: 1, kind: 'dropped' }]),
    logsOf([{ n: 1 }], [{ n: 1 }, { n: 2 }]),
  ],
  'counters-in-range': [counterShowing(16), counterShowing(9)],
  'rows-leave-in-order': [pushes(['b'], ['a']), pushes(['a', 'b'], ['a', 'b'])],
  'waits-are-kept': [calledAgainAfter(4_999), calledAgainAfter(5_000)],
  'refusals-are-told': [refused(null), refused('parked')],
  'synced-when-settled': [settledBy(null), settledBy('cancelled')],
  'pages-follow-on': [pullsFrom('one', 'two', 'one'), pullsFrom('one', 'two', 'two')],
  'all-is-received': [broughtVersion(1), broughtVersion(2)],
  'sent-under-own-account': [sentAs('ben'), sentAs('ana')],
  'history-is-what-was-committed': [committed(1, 3), committed(1, 2)],
  'calls-have-cause': [calls(100, 0), calls(100, 5_000)],
  'renewed-once': [calledSignedOut(false), calledSignedOut(true)],
  'purged-stays-purged': [tombstoneOf(500), tombstoneOf(1_500)],
  'old-edits-are-sent': [heldBack(false), heldBack(true)],
  'news-comes-in-time': [tabletWasHeard(false), tabletWasHeard(true)],
};

/** The phone writes one, then two upon it; after a restart it shows this. */
function restartShowing(value: string): Play {
  return (on) => {
    on.write({ entityType: 'latest', set: { value: 'one' } });
    on.write({ entityType: 'latest', set: { value: 'two' }, seen: { value: 'one' } });
    on.view({ rows: [look('latest', { value })] });
  };
}

/** The tablet writes value, then other; the phone shows this. */
function tabletWroteTwice(data: Readonly<Record<string, string>>): Play {
  return (on) => {
    on.write({ entityType: 'latest', by: 'tablet', set: { value: 'early' } });
    on.write({ entityType: 'latest', by: 'tablet', set: { other: 'late' }, seen: { value: 'early' } });
    on.look(look('latest', data));
  };
}

/** The kiosk sees a value that the tablet wrote upon another one, and writes other; the phone shows this beside it. */
function phoneAnsweredTablet(value: string): Play {
  return (on) => {
    on.write({ entityType: 'latest', by: 'tablet', set: { value: 'before' } });
    on.write({ entityType: 'latest', by: 'tablet', set: { value: 'question' }, seen: { value: 'before' } });
    on.write({ entityType: 'latest', by: 'kiosk', set: { other: 'answer' }, seen: { value: 'question' } });
    on.look(look('latest', { value, other: 'answer' }));
  };
}

function groupShowing(rows: readonly string[]): Play {
  return (on) => {
    for (const row of ['a', 'b'])
      on.write({
        entityType: 'latest',
        by: 'tablet',
        action: 'create',
        row,
        set: { value: row },
        changeIds: ['1', '2'],
      });
    on.view({ occasion: 'line cut', rows: rows.map((row) => look('latest', { value: row }, { row })) });
  };
}

/** The tablet deletes what the phone made; the phone shows it, then not, then again: allowed when it was made anew. */
function shownAfterDelete(isMadeAnew: boolean): Play {
  return (on) => {
    const rows = [look('latest', { value: 'one' })];
    on.write({ entityType: 'latest', action: 'create', set: { value: 'one' } });
    on.view({ rows });
    on.write({ entityType: 'latest', by: 'tablet', action: 'delete', seen: { value: 'one' }, changeIds: ['d'] });
    tombstone(on, 'd');
    on.view({ rows: [] });
    if (isMadeAnew) on.write({ entityType: 'latest', by: 'tablet', action: 'create', set: { value: 'one' } });
    on.view({ rows });
  };
}

/** The phone is brought the tombstone of the row that this change deleted. */
function tombstone(on: Moments, changeId: string): void {
  const row = { entityType: 'latest', entityId: 'r', deleted: true, origin: { deviceId: 'tablet', changeId } };
  on.record('answer', { call: 'pull', outcome: { kind: 'answer', body: { changes: [row] } } });
}

function logsOf(...logs: readonly (readonly { readonly n: number; readonly kind?: 'lost' | 'dropped' }[])[]): Play {
  return (on) => {
    for (const log of logs) on.view({ log });
  };
}

/** The phone adds 1 and the tablet 8. */
function counterShowing(value: number): Play {
  return (on) => {
    on.write({ entityType: 'counter', add: { value: 1 } });
    on.write({ entityType: 'counter', by: 'tablet', add: { value: 8 } });
    on.look(look('counter', { value }));
  };
}

/** The phone makes change a and then b of one row, and sends these requests; the first one fails. */
function pushes(...requests: readonly (readonly string[])[]): Play {
  return (on) => {
    on.write({ entityType: 'latest', set: { value: 'one' }, changeIds: ['a'] });
    on.write({ entityType: 'latest', set: { value: 'two' }, changeIds: ['b'] });
    for (const ids of requests) {
      const changes = ids.map((id) => ({ id, entityType: 'latest', entityId: 'r', action: 'UPDATE', data: {} }));
      on.record('call', { call: 'push', body: { changes } });
    }
  };
}

/** The server asks for 5 s of silence, and the phone calls again after so long. */
function calledAgainAfter(waitedMs: number): Play {
  return (on) => {
    const problem = { kind: 'problem', status: 503, problem: { code: 'unavailable' }, retryAfterMs: 5_000 };
    on.record('answer', { callId: 'phone.1.1.1', call: 'push', outcome: problem });
    on.record('event', { name: 'outcome', detail: '1.1' });
    on.nowMs = waitedMs;
    on.record('call', { call: 'push', body: { changes: [] } });
  };
}

function verdict(on: Moments, id: string, status: string): void {
  on.record('answer', { call: 'push', outcome: { kind: 'answer', body: { results: [{ id, status }] } } });
}

/** The server refuses a change, and the phone tells it in this kind of notice. */
function refused(told: string | null): Play {
  return async (on) => {
    verdict(on, 'a', 'rejected');
    if (told !== null) on.record('notice', { notice: { kind: told, changeId: 'a' } });
    await on.rest();
  };
}

/** Of two changes one has a verdict; the phone says that it is synced, with this line in its log about the other. */
function settledBy(kind: 'cancelled' | null): Play {
  return (on) => {
    for (const id of ['a', 'b']) on.write({ entityType: 'latest', set: { value: id }, changeIds: [id] });
    verdict(on, 'a', 'applied');
    on.status({ synced: true }, kind === null ? [] : [{ n: 1, kind, changeId: 'b' as never }]);
  };
}

/** Each pull is answered with a page that ends at the next cursor. */
function pullsFrom(...cursors: readonly string[]): Play {
  return (on) => {
    on.record('call', { call: 'pull', body: { cursor: null } });
    for (const [at, cursor] of cursors.entries()) {
      const page = { cursor: cursors[Math.min(at, 1)] ?? '', changes: [] };
      on.record('answer', { call: 'pull', outcome: { kind: 'answer', body: page } });
      on.record('call', { call: 'pull', body: { cursor } });
    }
  };
}

/** Ana writes a change, and it is sent while this one is signed in. */
function sentAs(user: string): Play {
  return (on) => {
    on.write({ entityType: 'latest', set: { value: 'one' }, changeIds: ['a'] });
    on.user = user;
    on.record('call', { call: 'push', body: { changes: [{ id: 'a' }] } });
  };
}

/** The server tells of these versions of a row, of whose history versions 1 and 2 are held. */
function committed(...versions: readonly number[]): Play {
  return async (on) => {
    on.history = [1, 2];
    for (const version of versions)
      on.record('server-commit', { entityType: 'latest', entityId: 'r', version }, 'server');
    await on.rest();
  };
}

/** The phone pulls so often, each time after so long, and nothing comes of it. */
function calls(count: number, everyMs: number): Play {
  return (on) => {
    for (let n = 0; n < count; n += 1) {
      on.record('call', { call: 'pull', body: { cursor: null } });
      on.nowMs += everyMs;
    }
  };
}

/** A call is refused with its token, the renewal as well; then the phone calls again. */
function calledSignedOut(isSignedIn: boolean): Play {
  return (on) => {
    on.record('fault', { fault: 'status', options: { status: 401 } });
    on.record('answer', { call: 'pull', outcome: { kind: 'unauthenticated', detail: '' } });
    if (isSignedIn) on.record('event', { name: 'signed-in', detail: '' });
    on.record('call', { call: 'pull', body: { cursor: null } });
  };
}

/** The server purges everything deleted before 1,000 ms; a page asked for later holds a tombstone of this time. */
export function tombstoneOf(updatedAt: number): Play {
  return (on) => {
    on.nowMs = 2_000;
    on.record('server', { change: 'purged', olderThanMs: 1_000 }, 'server');
    const origin = { deviceId: 'tablet', changeId: 'gone' };
    const row = { entityType: 'latest', entityId: 'r', deleted: true, updatedAt, origin };
    const page = { cursor: 'c', serverTime: 3_000, changes: [row] };
    on.record('answer', { call: 'pull', outcome: { kind: 'answer', body: page } });
  };
}

/** A question is open about one row, and an edit of another one stays in the queue for an hour, or is sent. */
function heldBack(isSent: boolean): Play {
  return (on) => {
    const item = { entityType: 'latest', entityId: 'r', state: 'pending', sent: false, group: null } as const;
    on.queue = [{ ...item, id: 'a' as never, dependsOn: [], parents: [] }];
    on.record('notice', { notice: { kind: 'conflict', changeId: 'q' } });
    on.write({ entityType: 'latest', set: { value: 'one' }, changeIds: ['a'] });
    if (isSent) on.record('call', { call: 'push', body: { changes: [{ id: 'a' }] } });
    on.nowMs = 3_600_000;
    on.record('step', { actor: 'phone', text: '', place: null });
  };
}

/** The tablet's change takes effect; an hour later, with all well, the phone says that it is synced. */
function tabletWasHeard(isBrought: boolean): Play {
  return (on) => {
    const row = { entityType: 'latest', entityId: 'r' };
    on.record('call', { call: 'push', body: { changes: [{ id: 'a', ...row }] } }, 'tablet');
    on.record('server-commit', { changeId: 'a', ...row, version: 2, body: { action: 'UPDATE', data: {} } }, 'server');
    const results = [{ id: 'a', status: 'applied', version: 2 }];
    on.record('answer', { call: 'push', outcome: { kind: 'answer', body: { results } } }, 'tablet');
    const page = { cursor: 'c', changes: isBrought ? [{ ...row, version: 2 }] : [] };
    on.record('answer', { call: 'pull', outcome: { kind: 'answer', body: page } });
    on.nowMs = 3_600_000;
    on.record('step', { actor: 'phone', text: '', place: null });
  };
}

/** The phone is brought this version of a row whose history ends at version 2. */
function broughtVersion(version: number): Play {
  return async (on) => {
    on.history = [1, 2];
    on.held = [{ entityType: 'latest', entityId: 'r', row: 'r', data: { value: 'one' } }];
    const page = { cursor: 'c', changes: [{ entityType: 'latest', entityId: 'r', version }] };
    on.record('answer', { call: 'pull', outcome: { kind: 'answer', body: page } });
    await on.rest();
  };
}
