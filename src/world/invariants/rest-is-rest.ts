import { canonicalJson } from '../../lib/json.ts';
import { readHeld } from '../facts.ts';
import type { Invariant } from './invariant.ts';

/** Once all is in step, another sync moves nothing. */
export const restIsRest: Invariant = {
  name: 'rest-is-rest',
  claim: 'When everything is in step, syncing once more changes no row and pushes nothing.',
  atRest: async (facts, findings) => {
    const { stage, ledger, devices, server } = facts;
    const pushes = (): number => stage.server.requests().push;
    const before = {
      rows: canonicalJson(devices.map(({ rows }) => rows) as never),
      server: textOf(server),
      pushes: pushes(),
    };
    const runs = [...stage.devices.values()].flatMap((device) => device.engine()?.syncAll() ?? []);
    let ended = 0;
    for (const run of runs)
      void run.then(
        () => {
          ended += 1;
        },
        () => {
          ended += 1;
        },
      );
    await stage.runUntil(
      () => (ended === runs.length ? { holds: true } : { holds: false, because: 'a sync is under way' }),
      600_000,
    );
    findings.counts();
    const after = await readHeld(stage, ledger);
    if (pushes() !== before.pushes) findings.found(`another sync pushed ${pushes() - before.pushes} times`);
    if (canonicalJson(after.devices.map(({ rows }) => rows) as never) !== before.rows)
      findings.found('another sync changed what a device shows');
    if (textOf(after.server) !== before.server) findings.found('another sync changed what the server holds');
  },
};

function textOf(server: Parameters<NonNullable<Invariant['atRest']>>[0]['server']): string {
  return canonicalJson([...server] as never);
}
