import type { CommandEntry, Group } from '../../command.ts';

const entries: readonly CommandEntry[] = [
  {
    name: 'scenario',
    about: 'JSON Schema of scenario files',
    load: async () => (await import('./scenario.ts')).scenario,
  },
  { name: 'fixture', about: 'JSON Schema of fixture files', load: async () => (await import('./fixture.ts')).fixture },
  { name: 'faults', about: 'JSON Schema of files of faults', load: async () => (await import('./faults.ts')).faults },
  {
    name: 'protocol',
    about: 'OpenAPI document of the protocol',
    load: async () => (await import('./protocol.ts')).protocol,
  },
];

/** `schema`: what files and messages look like, for editors and other programs. */
export const schema: Group = { subcommands: entries };
