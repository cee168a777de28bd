// The ways in which wrong servers are wrong, as small pieces: what they do to a request, and what to an answer.
import type { LooseAnswer, LooseBody, LooseChange, LooseResult, LooseRow } from './loose.ts';
import type { SeenAnswer, SeenCall, Wrong } from './wrong-server.ts';

/** Changes requests of these calls on their way. */
export function asking(names: string, edit: (body: LooseBody, call: SeenCall) => void): Wrong {
  return async (call, forward) => {
    if (isNamed(names, call)) edit(call.body, call);
    return forward(call);
  };
}

/** Changes answers of these calls on their way back, refusals too. */
export function answering(names: string, edit: (answer: SeenAnswer, call: SeenCall) => void): Wrong {
  return async (call, forward) => {
    const answer = await forward(call);
    if (isNamed(names, call)) edit(answer, call);
    return answer;
  };
}

/** Changes the bodies of answers that were 200. */
export function saying(names: string, edit: (body: Required<LooseAnswer>, call: SeenCall) => void): Wrong {
  return answering(names, (answer, call) => {
    if (answer.status === 200) edit(answer.body as Required<LooseAnswer>, call);
  });
}

/** Changes every verdict of pushes and resolves. */
export function judging(edit: (result: LooseResult, call: SeenCall) => void): Wrong {
  return saying('push resolve rollback', ({ results }, call) => {
    for (const result of results) edit(result, call);
  });
}

/** Changes every change that is pushed. */
export function pushing(edit: (change: LooseChange) => void): Wrong {
  return asking('push', ({ changes = [] }) => {
    if (Array.isArray(changes)) for (const change of changes) if (typeof change === 'object') edit(change);
  });
}

/** Changes every row that a pull brings. */
export function showing(edit: (row: LooseRow, call: SeenCall) => void): Wrong {
  return saying('pull', ({ changes }, call) => {
    for (const row of changes) edit(row, call);
  });
}

/** Answers in place of the server where a call is met by the condition. */
export function instead(
  met: (call: SeenCall) => boolean,
  answer: { readonly status: number; readonly text: string },
): Wrong {
  return async (call, forward) => {
    if (!met(call)) return forward(call);
    return { ...answer, headers: { 'content-type': 'application/json' }, body: {} };
  };
}

/** Does several wrong things, the first outermost. */
export function both(outer: Wrong, inner: Wrong): Wrong {
  return (call, forward) => outer(call, (next) => inner(next, forward));
}

/** Calls every verdict of one status another one, in the answers to these calls. */
export function calling(from: string, to: string, names = 'push resolve rollback'): Wrong {
  return judging((result, call) => {
    if (result.status !== from || !isNamed(names, call)) return;
    result.status = to;
    if (to === 'applied') result.version ??= result.row?.version ?? 1;
  });
}

/** Takes every change, or every resolution only, as made on the newest version. */
export function ignoringBases(names = 'push resolve'): Wrong {
  const newest = new Map<string, number>();
  return async (call, forward) => {
    const { changes = [], resolutions = [] } = call.body;
    for (const change of list(changes)) {
      if (isNamed(names, call) && change.action !== 'CREATE')
        change.baseVersion = newest.get(change.entityId) ?? change.baseVersion;
    }
    for (const one of list(resolutions)) one.againstVersion = newest.get(one.entityId) ?? one.againstVersion;
    const answer = await forward(call);
    for (const { id, version } of answer.body.results ?? []) {
      const item = [...list(changes), ...list(resolutions)].find((one) => one.id === id);
      if (item !== undefined && version !== undefined) newest.set(item.entityId, version);
    }
    return answer;
  };
}

/** Knows no id again: what is repeated is judged as if it were new, on the newest version. */
export function forgettingIds(names = 'push resolve'): Wrong {
  const seen = new Set<string>();
  let places = 1_000_000;
  const inner = ignoringBases(names);
  return (call, forward) => {
    const { changes = [], resolutions = [] } = call.body;
    const renamed = new Map<string, string>();
    for (const item of [...list(changes), ...list(resolutions)]) {
      if (!seen.has(item.id)) {
        seen.add(item.id);
        continue;
      }
      places += 1;
      const id = `${item.id.slice(0, 24)}${String(places).padStart(12, '0')}`;
      renamed.set(id, item.id);
      Object.assign(item, { id }, 'seq' in item ? { seq: places } : {});
    }
    return inner(call, async (next) => {
      const answer = await forward(next);
      for (const result of answer.body.results ?? []) result.id = renamed.get(result.id) ?? result.id;
      return answer;
    });
  };
}

/** Takes every request as made under the server's own epoch. */
export function ignoringEpochs(): Wrong {
  let epoch: string | null = null;
  return async (call, forward) => {
    if (typeof call.body.epoch === 'string') call.body.epoch = epoch ?? call.body.epoch;
    const answer = await forward(call);
    if (answer.status === 200) epoch = answer.body.epoch ?? epoch;
    return answer;
  };
}

/** Takes every user for the first that came. */
export function mixingUsers(): Wrong {
  let first: string | undefined;
  return async (call, forward) => {
    first ??= call.headers.authorization;
    if (first !== undefined) call.headers.authorization = first;
    return forward(call);
  };
}

/** The entries of what may be no list. */
export function list<T>(value: readonly T[]): readonly T[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}

function isNamed(names: string, { name }: SeenCall): boolean {
  return names.split(' ').includes(name);
}
