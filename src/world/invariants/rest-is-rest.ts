import { canonicalJson } from '../../lib/json.ts';
import type { Stage } from '../../stage/stage.ts';
import { type Held, readHeld } from '../facts.ts';
import type { Invariant } from './invariant.ts';

/** How often the world is let sync while requests of before still reach the server. */
const triesMax = 5;

/**
 * Once all is in step, another sync moves nothing. What a device sent before it died may reach the server meanwhile: then that
 * sync says nothing, and the world is let sync again.
 */
export const restIsRest: Invariant = {
  name: 'rest-is-rest',
  claim: 'When everything is in step, syncing once more changes no row and pushes nothing.',
  atRest: async ({ stage, ledger, devices, server }, findings) => {
    let before = momentOf(stage, { devices, server });
    for (let tries = 0; tries < triesMax; tries += 1) {
      await syncOnce(stage);
      const after = momentOf(stage, await readHeld(stage, ledger));
      if (after.arrived - before.arrived <= after.sent - before.sent) {
        findings.counts();
        for (const text of differences(before, after)) findings.found(text);
        return;
      }
      before = after;
    }
  },
};

/** How the world stands at one moment. */
interface Moment {
  readonly rows: string;
  readonly server: string;
  /** Pushes and resolves that the devices sent so far. */
  readonly pushes: number;
  /** Requests that the devices sent so far, and those that reached the server. */
  readonly sent: number;
  readonly arrived: number;
}

function momentOf(stage: Stage, { devices, server }: Pick<Held, 'devices' | 'server'>): Moment {
  const sent = [...stage.devices.values()].map((device) => device.requests());
  return {
    rows: canonicalJson(devices.map(({ rows }) => rows) as never),
    server: canonicalJson([...server] as never),
    pushes: sent.reduce((sum, { push, resolve }) => sum + push + resolve, 0),
    sent: sent.reduce((sum, counts) => sum + totalOf(counts), 0),
    arrived: totalOf(stage.server.requests()),
  };
}

function totalOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, each) => sum + each, 0);
}

async function syncOnce(stage: Stage): Promise<void> {
  const runs = [...stage.devices.values()].flatMap((device) => device.engine()?.syncAll() ?? []);
  let ended = 0;
  const end = (): void => {
    ended += 1;
  };
  for (const run of runs) void run.then(end, end);
  await stage.runUntil(
    () => (ended === runs.length ? { holds: true } : { holds: false, because: 'a sync is under way' }),
    600_000,
  );
}

function* differences(before: Moment, after: Moment): Generator<string> {
  if (after.pushes !== before.pushes) yield `another sync pushed ${after.pushes - before.pushes} times`;
  if (after.rows !== before.rows) yield 'another sync changed what a device shows';
  if (after.server !== before.server) yield 'another sync changed what the server holds';
}
