import type { CommandEntry, Group } from '../../command.ts';

const entries: readonly CommandEntry[] = [
  {
    name: 'backup',
    about: 'write one state of the data to a file',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    about: 'put a backup in the place of the data, under a new epoch',
    load: async () => (await import('./restore.ts')).restore,
  },
  { name: 'devices', about: 'the devices of a user', load: async () => (await import('./devices.ts')).devices },
  { name: 'history', about: 'the versions of a row', load: async () => (await import('./history.ts')).history },
  {
    name: 'rollback',
    about: 'write an old version of a row as a new one',
    load: async () => (await import('./rollback.ts')).rollback,
  },
  {
    name: 'export',
    about: 'everything that is kept of a user, as JSON',
    load: async () => (await import('./export.ts')).exportUser,
  },
  { name: 'erase', about: 'take away all data of a user', load: async () => (await import('./erase.ts')).erase },
  { name: 'purge', about: 'forget what was kept long enough', load: async () => (await import('./purge.ts')).purge },
];

/** `server`: the data of a server, beside its network. */
export const server: Group = { subcommands: entries };
