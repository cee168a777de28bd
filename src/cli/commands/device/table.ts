import type { CommandEntry, Group } from '../../command.ts';

const entries: readonly CommandEntry[] = [
  { name: 'init', about: 'make a new device in a file', load: async () => (await import('./init.ts')).init },
  { name: 'create', about: 'create a row', load: async () => (await import('./create.ts')).create },
  {
    name: 'update',
    about: 'set fields of a row, add to counters',
    load: async () => (await import('./update.ts')).update,
  },
  { name: 'delete', about: 'delete a row', load: async () => (await import('./delete.ts')).deleteRow },
  { name: 'get', about: 'print one row', load: async () => (await import('./get.ts')).get },
  { name: 'list', about: 'print rows', load: async () => (await import('./list.ts')).list },
  { name: 'sync', about: 'exchange changes with the server once', load: async () => (await import('./sync.ts')).sync },
  { name: 'watch', about: 'keep in sync until stopped', load: async () => (await import('./watch.ts')).watch },
  { name: 'offline', about: 'send nothing from now on', load: async () => (await import('./offline.ts')).offline },
  { name: 'online', about: 'allow requests again', load: async () => (await import('./online.ts')).online },
  {
    name: 'status',
    about: 'what the device holds and waits for',
    load: async () => (await import('./status.ts')).status,
  },
  { name: 'digest', about: 'count and hash per type', load: async () => (await import('./digest.ts')).digest },
  { name: 'history', about: 'what became of a row', load: async () => (await import('./history.ts')).history },
  { name: 'undo', about: 'take a change back', load: async () => (await import('./undo.ts')).undo },
];

/** `device`: one virtual device in a file. */
export const device: Group = { subcommands: entries };
