import { expect, it } from 'vitest';
import { defaultLimits } from '../../src/core/limits.ts';
import type { RecordedRequest } from '../../src/stage/server.ts';
import { type Facts, readFacts } from '../../src/world/facts.ts';
import { redeliveryChangesNothing } from '../../src/world/invariants/redelivery-changes-nothing.ts';
import { factsOf, held, write } from './bad-histories.ts';

const body = { deviceId: 'phone', changes: [] };

/** Judges a story in which the phone pushed once, on a server that does this with a repeat. */
async function judged(repeat: (request: RecordedRequest, rows: { value: string }) => void) {
  const row = { value: 'one' };
  const made = factsOf({
    writes: [write({ entityType: 'latest', set: { value: 'one' } })],
    server: [held('latest', row)],
  });
  Object.assign(made.stage.server, { redeliver: (request: RecordedRequest) => repeat(request, row) });
  const facts: Facts = structuredCopy(await readFacts(made.stage, made.ledger), made);
  const [texts, asked]: [string[], number[]] = [[], []];
  const findings = { found: (text: string) => texts.push(text), counts: () => asked.push(1) };
  const invariant = redeliveryChangesNothing.fresh?.() ?? redeliveryChangesNothing;
  const sent = { kind: 'call', atMs: 0, lane: 'phone', data: { call: 'push', body } } as const;
  invariant.heeds?.call?.(sent, { ...made, limits: () => defaultLimits }, findings);
  await invariant.atRest?.(facts, findings);
  return { texts, applied: asked.length };
}

/** What was read stays as it was, whatever the server does afterwards. */
function structuredCopy(facts: Facts, { ledger, stage }: Facts): Facts {
  return { ...facts, server: structuredClone(facts.server), ledger, stage };
}

it('a request that takes effect again is found', async () => {
  const { texts } = await judged((_, row) => {
    row.value = 'two';
  });
  expect(texts).toHaveLength(1);
  expect(texts[0]).toContain('requests delivered again changed what the server holds');
});

it('requests come again under the account and with the body that they had', async () => {
  const seen: RecordedRequest[] = [];
  expect(await judged((request) => seen.push(request))).toEqual({ texts: [], applied: 1 });
  expect(seen).toEqual([{ user: 'ana', name: 'push', body }]);
});
