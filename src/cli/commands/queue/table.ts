import type { CommandEntry, Group } from '../../command.ts';

const entries: readonly CommandEntry[] = [
  {
    name: 'list',
    about: 'print the changes that wait for the server',
    load: async () => (await import('./list.ts')).list,
  },
  { name: 'show', about: 'print one change in full', load: async () => (await import('./show.ts')).show },
  {
    name: 'why',
    about: 'say why a change, or the device, is not settled',
    load: async () => (await import('./why.ts')).why,
  },
];

/** `queue`: the changes of a device that wait for the server. */
export const queue: Group = { subcommands: entries };
