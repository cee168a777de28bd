import type { CommandEntry } from '../command.ts';

/** Every command of the tool, in the order of its help. A new one is a file beside this and a line here. */
export const commands: readonly CommandEntry[] = [
  { name: 'run', about: 'play scenarios and judge them', load: async () => (await import('./run.ts')).run },
  { name: 'lint', about: 'check scenarios without playing them', load: async () => (await import('./lint.ts')).lint },
  {
    name: 'explore',
    about: 'play random stories and judge them by a ledger',
    load: async () => (await import('./explore.ts')).explore,
  },
  {
    name: 'shrink',
    about: 'make a failing scenario as small as it gets',
    load: async () => (await import('./shrink.ts')).shrink,
  },
  { name: 'serve', about: 'run the reference server', load: async () => (await import('./serve.ts')).serve },
  {
    name: 'server',
    about: "back up, restore and look after a server's data",
    load: async () => (await import('./server/table.ts')).server,
  },
  {
    name: 'conformance',
    about: 'find out whether a server keeps the contract',
    load: async () => (await import('./conformance.ts')).conformance,
  },
  {
    name: 'device',
    about: 'work with one virtual device in a file',
    load: async () => (await import('./device/table.ts')).device,
  },
  {
    name: 'queue',
    about: 'see what waits for the server, and why',
    load: async () => (await import('./queue/table.ts')).queue,
  },
  {
    name: 'conflicts',
    about: 'see and decide what a person must decide',
    load: async () => (await import('./conflicts/table.ts')).conflicts,
  },
  {
    name: 'schema',
    about: 'print a JSON Schema or the OpenAPI document',
    load: async () => (await import('./schema/table.ts')).schema,
  },
  {
    name: 'completion',
    about: 'print a completion script for a shell',
    load: async () => (await import('./completion.ts')).completion,
  },
];
