import * as z from 'zod';
import type { Device, SyncOutcome } from '../../engine/device.ts';
import { deviceOf } from '../expectations/running.ts';
import { duration } from '../language/values.ts';
import { failed, type Wait } from '../scene.ts';
import { defaultWithinMs, defineVerb } from './verb.ts';
import { engineOf, isEngine } from './write.ts';

const schema = z.strictObject({
  sync: z.string().min(1),
  within: duration.optional(),
  outcome: z.enum(['ok', 'failed', 'any']).optional(),
});

const kinds = ['all', 'push', 'pull'];

/** Asks a device to sync and waits for the outcome. */
export const sync = defineVerb(schema, {
  name: 'sync',
  about:
    'Asks the device to sync: `all` (also bare), `push`, `pull`, or one entity type. The story goes on when it has ended, at most `within` (15m). `outcome: ok` or `failed` claims how; by default any will do.',
  actors: ['device'],
  bare: 'all',
  example: 'phone: { sync: push, outcome: ok, within: 1m }',
  mentions: (args) => ({ entityTypes: kinds.includes(args.sync) ? [] : [args.sync] }),
  tell: (args) => (args.sync === 'all' ? 'syncs' : `syncs (${args.sync})`),
  play: (args, scene) => {
    const engine = engineOf(scene);
    if (!isEngine(engine)) return engine;
    const ended = outcomeOf(request(engine, args.sync));
    const device = deviceOf(scene.subject);
    const life = device.lives();
    return {
      kind: 'wait',
      withinMs: args.within ?? defaultWithinMs,
      waitsFor: `${device.name} has synced${args.outcome === undefined ? '' : ` with outcome ${args.outcome}`}`,
      condition: () => {
        if (device.engine() === null || device.lives() !== life) return { holds: true };
        return ended.outcome === null ? { holds: false, because: `${device.name} is still syncing` } : { holds: true };
      },
      failure: () => wrongOutcome(ended.outcome, args.outcome ?? 'any'),
    } satisfies Wait;
  },
});

function request(engine: Device, what: string): Promise<SyncOutcome> {
  if (what === 'all') return engine.syncAll();
  if (what === 'push') return engine.syncPendingChanges();
  return what === 'pull' ? engine.pull() : engine.syncEntity(what);
}

/** Holds the outcome of a request once there is one. A request that breaks counts as failed with its message. */
function outcomeOf(request: Promise<SyncOutcome>): { readonly outcome: SyncOutcome | null } {
  const box: { outcome: SyncOutcome | null } = { outcome: null };
  request.then(
    (outcome) => {
      box.outcome = outcome;
    },
    (error: unknown) => {
      box.outcome = { ok: false, reason: String(error), phase: 'idle' };
    },
  );
  return box;
}

function wrongOutcome(outcome: SyncOutcome | null, wanted: 'ok' | 'failed' | 'any'): ReturnType<typeof failed> | null {
  if (wanted === 'any') return null;
  if (outcome === null) return failed('sync', 'the app was killed before the sync ended');
  if (outcome.ok === (wanted === 'ok')) return null;
  return failed('sync', outcome.ok ? 'the sync succeeded, but should fail' : `the sync failed: ${outcome.reason}`);
}
