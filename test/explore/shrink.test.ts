import { describe, expect, it } from 'vitest';
import type { Attempt } from '../../src/explore/shrink/search.ts';
import { formatSignature, rowsNamed, signatureOf } from '../../src/explore/shrink/signature.ts';
import { shrinkStory } from '../../src/explore/shrink.ts';
import { storyFile } from '../../src/explore/story-file.ts';
import type { Json, JsonObject } from '../../src/lib/json.ts';

const holds: Attempt = { claims: [], sentences: [] };
const lost: Attempt = { claims: ['no-lost-write'], sentences: ['latest/r1 value is empty'] };

/** A story of so many writes by turns, with what must stay in it at certain places. */
function storyOf(count: number, needed: Readonly<Record<number, JsonObject>>): JsonObject {
  const names = ['phone', 'tablet', 'laptop'];
  const steps = Array.from(
    { length: count },
    (_, at) =>
      needed[at] ?? {
        [names[at % 3] as string]: { put: `set/r${at % 4}`, add: { value: [`${names[at % 3]} ${at}`] } },
      },
  );
  return {
    scenario: 'a long story',
    registry: 'policies',
    devices: Object.fromEntries(names.map((name) => [name, { user: 'ana', limits: { batchCount: 1 } }])),
    server: { limits: { pageRows: 1 } },
    steps: [...steps, { settle: true }],
    expect: [{ all: { invariants: true } }],
  };
}

/** Plays a story by looking whether steps like these are in it, in this order. */
function failsWith(wanted: readonly RegExp[], otherwise = holds) {
  return (story: JsonObject): Promise<Attempt> => {
    let next = 0;
    for (const step of story.steps as readonly Json[])
      if (next < wanted.length && wanted[next]?.test(JSON.stringify(step))) next += 1;
    return Promise.resolve(next === wanted.length ? lost : otherwise);
  };
}

const stepsOf = (story: JsonObject): readonly Json[] => story.steps as readonly Json[];

describe('shrinking', () => {
  it('keeps just the steps, devices and settings that the failure needs', async () => {
    const story = storyOf(400, {
      120: { phone: { put: 'latest/r1', set: { value: 'phone 120', other: 'phone 121' } } },
      310: { tablet: { next: { any: { delay: '40s' } } } },
      350: { tablet: { put: 'latest/r1', set: { value: 'tablet 350' } } },
    });
    const play = failsWith([/"phone":.*latest\/r1.*value/, /"tablet":.*next/, /"tablet":.*latest\/r1/, /settle/]);
    const { story: small, tries } = await shrinkStory(story, { play, failed: lost });
    expect(stepsOf(small)).toEqual([
      { phone: { put: 'latest/r1', set: { value: 'phone 1' } } },
      { tablet: { next: { push: 'lose-request' } } },
      { tablet: { put: 'latest/r1' } },
      { clock: { advance: '1m' } },
      { settle: true },
    ]);
    expect(small.devices).toEqual({ phone: { user: 'ana', offline: true }, tablet: { user: 'ana', offline: true } });
    expect(small.server).toBeUndefined();
    expect(tries).toBeLessThan(200);
  });

  it('cuts the story short where it fails early', async () => {
    const seen: number[] = [];
    const inner = failsWith([/"phone":.*set\/r0/]);
    const play = (story: JsonObject) => {
      seen.push(stepsOf(story).length);
      return inner(story);
    };
    await shrinkStory(storyOf(400, {}), { play, failed: lost });
    expect(Math.max(...seen)).toBeLessThan(10);
  });

  it('does not slip to another failure: neither another claim nor another kind of row', async () => {
    const story = storyOf(40, { 3: { phone: { put: 'latest/r1', set: { value: 'phone 3' } } } });
    for (const other of [
      { claims: ['liveness'], sentences: ['not at rest in time'] },
      { claims: ['no-lost-write'], sentences: ['set/r0 value is empty'] },
    ]) {
      const { story: small } = await shrinkStory(story, { play: failsWith([/latest\/r1/], other), failed: lost });
      expect(JSON.stringify(stepsOf(small))).toContain('latest/r1');
    }
  });

  it('does not slip to another difference where an expectation was written by hand', async () => {
    const story = { ...storyOf(6, {}), expect: [{ phone: { 'set/r0': { value: [] } } }] };
    const failed = { claims: ['row'], sentences: ['has value ["phone 0"], not []'] };
    const gone = { claims: ['row'], sentences: ['has no set/r0'] };
    const play = (one: JsonObject): Promise<Attempt> =>
      Promise.resolve(JSON.stringify(one.steps).includes('phone 0') ? failed : gone);
    const { story: small } = await shrinkStory(story, { play, failed });
    expect(stepsOf(small)).toEqual([{ phone: { put: 'set/r0', add: { value: ['phone 0'] } } }]);
  });

  it('ends at rest, where the ledger judges', async () => {
    const story = storyOf(30, {});
    const { story: small } = await shrinkStory(story, { play: () => Promise.resolve(lost), failed: lost });
    expect(stepsOf(small)).toEqual([{ settle: true }]);
  });

  it('makes one step of neighbours that say the same', async () => {
    const story = storyOf(3, {
      0: { phone: 'offline' },
      1: { clock: { advance: '1m' } },
      2: { clock: { advance: '1m' } },
    });
    const play = (one: JsonObject): Promise<Attempt> => {
      const text = JSON.stringify(one);
      const isCut = text.includes('offline');
      return Promise.resolve(isCut && /(1m.*1m)|2m/.test(text) ? lost : holds);
    };
    const { story: small } = await shrinkStory(story, { play, failed: lost });
    expect(stepsOf(small)).toEqual([{ clock: { advance: '2m' } }, { settle: true }]);
    expect((small.devices as JsonObject).phone).toMatchObject({ offline: true });
  });

  it('is impatient with a story that hangs while it is searched, and patient in the end', async () => {
    const failed = { claims: ['liveness'], sentences: ['not at rest in time: phone has 1 in its queue'] };
    const seen: Json[] = [];
    const play = (story: JsonObject): Promise<Attempt> => {
      seen.push(stepsOf(story).at(-1) as Json);
      return Promise.resolve(JSON.stringify(story).includes('phone 3') ? failed : holds);
    };
    const { story } = await shrinkStory(storyOf(60, {}), { play, failed });
    expect(seen[0]).toEqual({ settle: true, within: '30m' });
    expect(stepsOf(story).at(-1)).toEqual({ settle: true });
  });

  it('lets devices write apart by having no line, where it fails all the same', async () => {
    const steps = { 0: { phone: { put: 'latest/r1' } }, 1: { tablet: { put: 'latest/r1' } } };
    const play = (story: JsonObject): Promise<Attempt> => {
      const isAlone = JSON.stringify(story.devices).includes('"phone":{"user":"ana","offline":true');
      return isAlone ? Promise.resolve(holds) : failsWith([/phone/, /tablet/, /settle/])(story);
    };
    const { story } = await shrinkStory(storyOf(2, steps), { play, failed: lost });
    expect(story.devices).toEqual({ phone: { user: 'ana' }, tablet: { user: 'ana', offline: true } });
  });

  it('waits long enough for real time, where it fails all the same', async () => {
    const story = storyOf(2, { 0: { clock: { advance: '3s' } }, 1: { phone: { put: 'latest/r1' } } });
    const play = failsWith([/advance/, /latest/, /settle/]);
    const { story: small, reasons } = await shrinkStory(story, { play, failed: lost });
    const wait = { clock: { advance: '1m' } };
    expect(stepsOf(small)).toEqual([wait, { phone: { put: 'latest/r1' } }, wait, { settle: true }]);
    expect(reasons.steps[2]).toBe('lets the requests go out where they take real time');
  });

  it('ends with the best so far when its plays or its time are used up', async () => {
    const story = storyOf(100, {});
    const never = () => Promise.resolve(holds);
    expect(await shrinkStory(story, { play: never, failed: lost, triesMax: 10 })).toMatchObject({ story, tries: 10 });
    let nowMs = 0;
    const kept: JsonObject[] = [];
    const play = (one: JsonObject) => {
      nowMs += 10_000;
      return failsWith([/phone/, /tablet/, /laptop/])(one);
    };
    const ended = await shrinkStory(story, {
      play,
      failed: lost,
      nowMs: () => nowMs,
      onBetter: (one) => kept.push(one),
    });
    expect(ended.tries).toBeLessThanOrEqual(7);
    expect(ended.story).toBe(kept.at(-1));
  });

  it('writes down a delay when only that makes the failure independent of the seed', async () => {
    const play = (story: JsonObject, seed?: string): Promise<Attempt> =>
      Promise.resolve(seed === undefined || JSON.stringify(story).includes('latency') ? lost : holds);
    const { story, isSteady } = await shrinkStory(storyOf(5, {}), { play, failed: lost });
    expect(stepsOf(story)).toEqual([{ network: { latency: '20ms' } }, { settle: true }]);
    expect(isSteady).toBe(true);
  });
});

describe('a small story', () => {
  const story = storyOf(2, {
    0: { phone: { put: 'latest/r1', set: { value: 'phone 1' } } },
    1: { tablet: { next: { push: 'lose-response', pull: { status: 500 } } } },
  });

  it('says of every line why it is there', async () => {
    const play = failsWith([/latest\/r1/, /next/]);
    const shrunk = await shrinkStory(story, { play, failed: lost });
    expect(shrunk.reasons.steps[0]).toBe('writes latest/r1, which fails; without it all holds');
    const text = storyFile(shrunk.story, { seed: '1/7', broken: 'no-lost-write', reasons: shrunk.reasons });
    const lines = text.slice(text.indexOf('steps:')).split('\n');
    for (const [at, line] of lines.entries())
      if (/^ {2}- (phone|tablet|settle)/.test(line)) expect(lines[at - 1]).toMatch(/^ {2}# /);
  });

  it('has a signature: claims, kinds of rows, operations and faults', () => {
    const signature = signatureOf(story, lost);
    expect(signature).toEqual({
      claims: ['no-lost-write'],
      roles: ['latest'],
      operations: ['put'],
      faults: ['lose-response', 'status 500'],
    });
    expect(formatSignature(signature)).toBe('no-lost-write of latest by put after lose-response, status 500');
    expect(rowsNamed(['phone shows keyed/"r1", not latest/r0'])).toEqual(['keyed/r1', 'latest/r0']);
  });
});
