import { answering, asking, both, calling, instead, saying, showing } from '../falsify.ts';
import type { LooseRow } from '../loose.ts';
import type { Wrong } from '../wrong-server.ts';

/** Wrong servers for the claims on answers, late commits, pages and cursors. */
export const wrongReading: Readonly<Record<string, () => Wrong>> = {
  'answers-have-the-shape-of-the-contract': () =>
    saying('push', (body) => {
      Reflect.deleteProperty(body, 'serverTime');
    }),
  'every-item-gets-a-verdict': () => saying('push', ({ results }) => void results.splice(0, 1)),
  'a-bad-item-stops-no-other': () =>
    answering('push', (answer) => {
      if (answer.body.results?.some(({ status }) => status === 'rejected')) Object.assign(answer, badRequest);
    }),
  'an-applied-row-is-pulled': () => saying('pull', (body) => void body.changes.splice(0)),
  'one-epoch-everywhere': () =>
    saying('push', (body) => {
      body.epoch = 'of the push';
    }),
  'problems-are-problem-documents': () =>
    answering('pull push', (answer) => {
      if (answer.status !== 200) answer.headers['content-type'] = 'text/html';
    }),
  'an-answer-is-packed-only-if-asked': () =>
    answering('pull', (answer) => {
      answer.headers['content-encoding'] = 'gzip';
    }),
  'late-commits-are-not-lost': () =>
    saying('pull', ({ changes }, call) => {
      // The row became visible after the cursor had passed its number.
      if (typeof call.body.cursor === 'string') changes.shift();
    }),
  'versions-are-given-once': () =>
    saying('push', ({ results }) => {
      for (const result of results) result.version = 7;
    }),
  'verdicts-and-rows-are-one-snapshot': settledBeforeItsRow,
  'pages-hold-every-row-once': () => saying('pull', ({ changes, hasMore }) => void (hasMore && changes.pop())),
  'pages-come-in-commit-order': () => saying('pull', ({ changes }) => void changes.reverse()),
  'a-page-ends-between-numbers': () =>
    saying('pull', (body, { body: { limit = 1_000 } }) => {
      body.changes = body.changes.slice(0, limit);
    }),
  'a-limit-is-kept': () =>
    asking('pull', (body) => {
      body.limit = 1_000;
    }),
  'a-limit-of-nothing-still-moves': () =>
    saying('pull', (body, { body: { limit, cursor } }) => {
      if (limit === 0) Object.assign(body, { changes: [], hasMore: true, cursor });
    }),
  'the-same-cursor-gives-the-same-page': () => {
    const seen = new Set<string>();
    return saying('pull', (body, { body: { cursor, limit } }) => {
      const page = `${cursor} ${limit}`;
      if (typeof cursor === 'string' && seen.has(page)) body.changes = [];
      seen.add(page);
    });
  },
  'the-end-is-the-end': () => {
    let last: LooseRow[] = [];
    return saying('pull', (body) => {
      if (body.changes.length === 0) body.changes = last;
      last = body.changes;
    });
  },
  'paging-is-stable-under-writes': () =>
    saying('pull', ({ changes }, { body }) => void (body.limit === 2 && changes.splice(1, 1))),
  'a-type-not-asked-for-does-not-move': movingAllTypes,
  'a-type-new-to-the-cursor-starts-at-the-beginning': movingAllTypes,
  'only-asked-types-come': () => asking('pull', (body) => void Reflect.deleteProperty(body, 'entityTypes')),
  'a-cursor-of-nobody-is-refused': () =>
    asking('pull', (body) => {
      body.cursor = null;
    }),
  'since-answers-with-overlap': () =>
    saying('pull', (body, { body: { since = 0 } }) => {
      body.changes = body.changes.filter(({ updatedAt }) => updatedAt >= since);
    }),
  'settled-gives-stored-verdicts': () =>
    saying('pull', (body) => {
      body.settled = body.settled.filter(({ status }) => status === 'applied');
    }),
  'retry-is-not-stored': () =>
    saying('pull', (body, { body: { unsettled = [] } }) => {
      body.settled = unsettled.map((id) => ({ id, status: 'rejected' }));
    }),
  'a-digest-matches-the-rows': () =>
    saying('digest', ({ types }) => Object.assign(types, { meditation: { count: 1, hash: '0' } })),
  'a-digest-ends-where-a-pull-ends': () =>
    saying('digest', (body) => {
      body.cursor += '&';
    }),
  'a-bucket-covers-its-rows-only': () => asking('digest', (body) => void Reflect.deleteProperty(body, 'bucket')),
  'history-has-each-version-once': () => saying('history', ({ versions }) => void versions.push(...versions.slice(-1))),
  'what-was-lost-is-in-the-history': () =>
    saying('history', ({ versions }) => {
      for (const version of versions) Reflect.deleteProperty(version, 'lost');
    }),
  'a-rollback-writes-an-old-version-as-a-new-one': () =>
    asking('rollback', (body) => {
      body.toVersion = body.againstVersion ?? 0;
    }),
  'a-rollback-repeated-has-one-effect': () => {
    let times = 0;
    return asking('rollback', (body) => {
      times += 1;
      body.id = `${body.id}-${times}`;
      body.againstVersion = (body.againstVersion ?? 0) + times - 1;
    });
  },
  'a-stale-rollback-clashes': () => calling('conflict', 'applied'),
  'devices-are-listed': () =>
    saying('devices', (body) => {
      body.devices = [];
    }),
  'an-export-has-all-rows': () => instead(({ path }) => path.endsWith('/export'), { status: 200, text: '{}' }),
  'an-erased-user-is-410': () => instead(({ method }) => method === 'DELETE', { status: 204, text: '' }),
  'texts-come-back-as-sent': () =>
    showing(({ data }) => {
      if (typeof data?.notes === 'string') data.notes = data.notes.normalize('NFC');
    }),
};

const badRequest = { status: 400, text: '{}', body: {} };

/** Delivers only the types asked for, and moves the cursor for all of them. */
function movingAllTypes(): Wrong {
  return async (call, forward) => {
    const { entityTypes } = call.body;
    Reflect.deleteProperty(call.body, 'entityTypes');
    const answer = await forward(call);
    const { changes } = answer.body;
    if (changes !== undefined && entityTypes !== undefined) {
      answer.body.changes = changes.filter(({ entityType }) => entityTypes.includes(entityType));
    }
    return answer;
  };
}

/** Reads verdicts after the rows: a change that has come in between is settled without its row. */
function settledBeforeItsRow(): Wrong {
  const coming = new Set<string>();
  let pulled: () => void = () => undefined;
  return both(
    saying('pull', (body, { body: { unsettled = [] } }) => {
      const early = unsettled.filter((id) => coming.has(id));
      if (early.length > 0) body.settled = early.map((id) => ({ id, status: 'applied', version: 1 }));
      pulled();
    }),
    async (call, forward) => {
      if (call.body.changes?.[0]?.action !== 'CREATE') return forward(call);
      const next = new Promise<void>((resolve) => {
        pulled = resolve;
      });
      for (const { id } of call.body.changes ?? []) coming.add(id);
      await next;
      return forward(call);
    },
  );
}
