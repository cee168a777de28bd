import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { nodeRandom } from '../adapters/node/random.ts';
import { brandId, type UserId } from '../core/ids.ts';
import { gurasRegistry } from '../core/model/entities/registry.ts';
import type { Refusal } from '../server/decide/refusal.ts';
import { callAsOperator, type Desk, type OperatorCall } from '../server/operator.ts';
import { openStore, type StoreOptions } from '../server/store/open-store.ts';
import { StoreError } from '../server/store/store-error.ts';
import { drawEpoch } from '../server/upkeep.ts';
import type { Invocation } from './command.ts';
import { type CommandError, notThere, usageError, worldError } from './exit.ts';
import { storeOf, storeVariable } from './store-option.ts';

/** Adds `--store` to a command that works on a server's data. */
export function addStoreOption(command: Command): void {
  command.option('--store <store>', `sqlite:FILE, postgres://… or @FILE with one of these (or set ${storeVariable})`);
}

/** The store that an operator names. It has to be there, unless `mayBeNew`. */
export async function namedStoreOf(
  invocation: Invocation,
  { mayBeNew = false }: { readonly mayBeNew?: boolean } = {},
): Promise<StoreOptions> {
  const options = await storeOf(invocation);
  if (options.kind === 'sqlite' && options.path === ':memory:')
    throw usageError('no store is named', `add --store sqlite:FILE or postgres://…, or set ${storeVariable}`);
  if (options.kind === 'sqlite' && !mayBeNew && !existsSync(options.path))
    throw notThere(`there is no database ${options.path}`, 'check the path after --store sqlite:');
  return options;
}

/** What people call a store: the name of its file, or of its database. */
export function storeName(options: StoreOptions): string {
  if (options.kind === 'sqlite') return basename(options.path);
  return new URL(options.url).pathname.replace(/^\//, '') || 'postgres';
}

/** Works on the store that the invocation names, and gives it back whatever happens. */
export async function withDesk<T>(invocation: Invocation, work: (desk: Desk) => Promise<T>): Promise<T> {
  const options = await namedStoreOf(invocation);
  return storeErrorsTold(async () => {
    const store = await openStore(options, drawEpoch(nodeRandom()));
    try {
      return await work({ store, registry: gurasRegistry, nowMs: Date.now() });
    } finally {
      await store.close();
    }
  });
}

/** What the work gives; failures of the store become ends that people can act on. */
export async function storeErrorsTold<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreError) throw worldError(error.message);
    if (error instanceof Error && error.name === 'StoreUnavailable')
      throw worldError(error.message, 'check that the database runs and can be reached');
    throw error;
  }
}

/** The answer to a call made for a user; a refusal ends the command. */
export async function answerFor(
  desk: Desk,
  call: Omit<OperatorCall, 'user'> & { readonly user: string },
): Promise<unknown> {
  const answer = await callAsOperator(desk, { ...call, user: brandId<UserId>(call.user) });
  if (answer.kind === 'answer') return answer.json;
  throw refused(answer, call.user);
}

function refused({ problem }: Refusal, user: string): CommandError {
  if (problem.code === 'user_erased')
    return notThere(`the data of ${user} was erased`, 'guras-sync server erase --readmit lets the user begin anew');
  return notThere(problem.detail ?? problem.title ?? problem.code, `code ${problem.code}`);
}
