import { existsSync, readFileSync } from 'node:fs';
import { nodeRandom } from '../../../adapters/node/random.ts';
import type { Epoch } from '../../../core/ids.ts';
import type { StoreOptions } from '../../../server/store/open-store.ts';
import { drawEpoch } from '../../../server/upkeep.ts';
import { type Leaf, textAt } from '../../command.ts';
import { confirmed } from '../../confirmed.ts';
import { exit, notThere, usageError, worldError } from '../../exit.ts';
import { addStoreOption, namedStoreOf, storeErrorsTold, storeName } from '../../server-desk.ts';

/** `server restore`: a backup in the place of all data. The epoch is raised, so that devices pull everything anew. */
export const restore: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command
      .argument('<backup>', 'a file of server backup')
      .option('--confirm <name>', 'the name of the file or database, to go on without asking');
  },
  examples: [
    ['server restore --store sqlite:server.db server-monday.backup --confirm server.db', 'goes back to the backup'],
  ],
  run: async (invocation) => {
    const options = await namedStoreOf(invocation, { mayBeNew: true });
    const backup = textAt(invocation, 0);
    if (!existsSync(backup)) throw notThere(`there is no file ${backup}`, 'check the path');
    await refuseInUse(options);
    const name = storeName(options);
    await confirmed({ about: `all data of ${name} will be replaced by ${backup}`, word: name }, invocation);
    const epoch = drawEpoch(nodeRandom());
    const kept = await storeErrorsTold(() => put(options, backup, epoch));
    invocation.output.result({ store: name, backup, epoch, kept }, () => [
      `restored ${name} from ${backup} under epoch ${epoch}: devices pull everything anew and keep what they had queued`,
      ...(kept === null ? [] : [`the old data stays in ${kept}`]),
    ]);
    return exit.ok;
  },
};

async function refuseInUse(options: StoreOptions): Promise<void> {
  if (options.kind !== 'sqlite' || !existsSync(options.path)) return;
  const { isInUse, isSqliteFile } = await import('../../../server/store/sqlite-backup.ts');
  if (isSqliteFile(options.path) && isInUse(options.path))
    throw worldError(`${options.path} is in use: a server has it open`, 'stop the server, restore, and start it again');
}

/** Puts the backup in place; gives where the old data stays, if it does. */
async function put(options: StoreOptions, backup: string, epoch: Epoch): Promise<string | null> {
  const { isSqliteFile, restoreFile } = await import('../../../server/store/sqlite-backup.ts');
  if (options.kind === 'sqlite') return restoreFile(options.path, backup, epoch);
  if (isSqliteFile(backup))
    throw usageError(`${backup} is a backup of a SQLite store`, 'restore it with --store sqlite:FILE');
  const { openStore } = await import('../../../server/store/open-store.ts');
  const store = await openStore(options, epoch);
  try {
    await store.copyIn(underEpoch(stateIn(backup), epoch));
  } finally {
    await store.close();
  }
  return null;
}

function stateIn(backup: string): unknown {
  try {
    return JSON.parse(readFileSync(backup, 'utf8'));
  } catch (error) {
    throw usageError(`${backup} is no backup: ${(error as Error).message}`, 'name a file that server backup wrote');
  }
}

/** The state with another lineage: data and epoch change together, or a kill in between would hide the restore. */
function underEpoch(state: unknown, epoch: Epoch): unknown {
  const { tables } = (state ?? {}) as { readonly tables?: { readonly facts?: unknown } };
  if (!Array.isArray(tables?.facts)) return state;
  const facts = tables.facts.map((fact: { readonly name?: unknown }) =>
    fact?.name === 'epoch' ? { ...fact, value: epoch } : fact,
  );
  return { ...(state as object), tables: { ...tables, facts } };
}
