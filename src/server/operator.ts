import type { Epoch, UserId } from '../core/ids.ts';
import { defaultLimits } from '../core/limits.ts';
import type { Registry } from '../core/model/registry.ts';
import type { Answer } from './decide/answer.ts';
import type { Refusal } from './decide/refusal.ts';
import { decideCall, type ServerCallName } from './decide-call.ts';
import type { Access, AsyncStore } from './store/async-store.ts';

/** Where an operator works: a store, the types it holds, and the server time to write at, ms. */
export interface Desk {
  readonly store: AsyncStore;
  readonly registry: Registry;
  readonly nowMs: number;
}

/** A call of a user that an operator makes in their place; `body` is given the lineage that is held. */
export interface OperatorCall {
  readonly name: Extract<ServerCallName, 'devices' | 'erase' | 'export' | 'history' | 'rollback'>;
  readonly user: UserId;
  readonly body?: (epoch: Epoch) => unknown;
}

const writing: ReadonlySet<ServerCallName> = new Set(['erase', 'rollback']);

/** The name under which an operator's changes stand in the history. */
export const operatorDevice = 'operator';

/**
 * Does what a call of the user would do, beside the network, in one transaction; the operator is not registered as a device of
 * theirs. Gives the answer's JSON, or the refusal.
 */
export async function callAsOperator(
  { store, registry, nowMs }: Desk,
  { name, user, body }: OperatorCall,
): Promise<{ readonly kind: 'answer'; readonly json: unknown } | Refusal> {
  const access: Access = writing.has(name) ? 'write' : 'read';
  const decision = await store.transact<Answer | Refusal>({ user, access }, ({ epoch, view }) => {
    const context = { registry, limits: defaultLimits, nowMs, epoch, reads: view, user: view.user() };
    const versions = { protocolVersion: null, schemaVersion: null, appVersion: null };
    const call = { name, user, body: body?.(epoch), deviceId: null, ...versions };
    const decided = decideCall(call, context, view);
    if (decided.kind === 'refused') return { value: decided, writes: [] };
    const writes = decided.writes.filter(({ kind }) => kind !== 'device');
    const { catalogue } = decided;
    return { value: decided, writes, ...(catalogue === undefined ? {} : { catalogue }) };
  });
  return decision.kind === 'refused' ? decision : { kind: 'answer', json: JSON.parse(decision.body) };
}

/** Lets an erased user begin anew. Gives whether they were erased. */
export function readmitUser({ store }: Pick<Desk, 'store'>, user: UserId): Promise<boolean> {
  return store.transact({ user, access: 'write' }, ({ view }) => {
    const wasErased = view.user().erasedAt !== undefined;
    return { value: wasErased, writes: wasErased ? [{ kind: 'readmit' }] : [] };
  });
}
