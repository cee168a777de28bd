import type { CommandEntry, Group } from '../../command.ts';

const entries: readonly CommandEntry[] = [
  { name: 'list', about: 'print what a person must decide', load: async () => (await import('./list.ts')).list },
  { name: 'show', about: 'print both sides of one conflict', load: async () => (await import('./show.ts')).show },
  {
    name: 'resolve',
    about: 'keep mine, theirs, or values of your own',
    load: async () => (await import('./resolve.ts')).resolve,
  },
];

/** `conflicts`: open questions of a device to its user. */
export const conflicts: Group = { subcommands: entries };
