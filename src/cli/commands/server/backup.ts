import { existsSync, statSync } from 'node:fs';
import { isOn, type Leaf, textAt } from '../../command.ts';
import { exit, usageError } from '../../exit.ts';
import { addStoreOption, namedStoreOf, storeErrorsTold, storeName, withDesk } from '../../server-desk.ts';
import { writeWhole } from '../../write-whole.ts';

/** `server backup`: one state of all data in a file, while the server goes on. */
export const backup: Leaf = {
  shape: (command) => {
    addStoreOption(command);
    command.argument('<out>', 'the file to write').option('--force', 'replace a file that is there');
  },
  examples: [
    ['server backup --store sqlite:server.db server-monday.backup', 'writes a backup while the server runs'],
    ['server backup --store @postgres.txt small.backup', 'the same of PostgreSQL; large ones: pg_dump'],
  ],
  run: async (invocation) => {
    const options = await namedStoreOf(invocation);
    const file = textAt(invocation, 0);
    if (existsSync(file) && !isOn(invocation, 'force'))
      throw usageError(`${file} is there already`, 'name another file, or add --force to replace it');
    if (options.kind === 'sqlite') {
      const { backUpFile } = await import('../../../server/store/sqlite-backup.ts');
      await storeErrorsTold(async () => backUpFile(options.path, file));
    } else writeWhole(file, JSON.stringify(await withDesk(invocation, ({ store }) => store.copyOut())));
    const { size: bytes } = statSync(file);
    invocation.output.result({ store: storeName(options), file, bytes }, () => [
      `wrote ${file}: ${bytes} bytes of ${storeName(options)}`,
    ]);
    return exit.ok;
  },
};
