// The folders of src/ in the order of direction, and what each kind of folder may use. docs/architecture.md explains it.

/** Every place of src/ in order: a file imports only from its own place and from places above it. */
export const PLACES_IN_ORDER: readonly string[] = [
  'lib',
  'core/ids',
  'core/limits',
  'core/model',
  'core/clock',
  'core/protocol',
  'core/queue',
  'core/merge',
  'core/sync',
  'ports',
  'engine',
  'metrics',
  'trace',
  'adapters/portable',
  'adapters/node',
  'redux',
  'server',
  'faults',
  'stage',
  'scenario',
  'world',
  'sim',
  'live',
  'conformance',
  'explore',
  'load',
  'inspect',
  'report',
  'tui',
  'cli',
];

/** Folders that run in React Native: no Node, no DOM, no clock, no entropy of their own. */
export const PORTABLE_FOLDERS = [
  'lib',
  'core',
  'ports',
  'engine',
  'metrics',
  'trace',
  'adapters/portable',
  'redux',
] as const;

/** Folders beyond the portable ones whose runs must repeat to the byte: no clock and no entropy of their own either. */
export const REPEATABLE_FOLDERS = ['server/decide', 'faults', 'stage', 'scenario', 'sim'] as const;

/** The only files that may read the machine's clock and entropy in portable folders. */
export const CLOCK_AND_RANDOM = /^src\/adapters\/portable\/(clock|random)/;

/** Files at the root of src/: the package's entry points. The portable one may import portable folders only. */
export const ENTRY_POINTS: Readonly<Record<string, 'portable' | 'anything'>> = {
  'src/index.ts': 'portable',
  'src/node.ts': 'anything',
};

/** Third-party modules that portable folders may import, by place. */
export const THIRD_PARTY_IN_PORTABLE: Readonly<Record<string, readonly string[]>> = {
  'core/model': ['zod/mini'],
  'core/protocol': ['zod/mini'],
  redux: ['@reduxjs/toolkit', 'redux-persist'],
};

/** The place of a file of src/; undefined for entry points and for files that belong to no known place. */
export function placeOf(path: string): string | undefined {
  return PLACES_IN_ORDER.find((place) => path.startsWith(`src/${place}/`) || path === `src/${place}.ts`);
}

/** True when the file lies in one of the folders of src/. */
export function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`src/${folder}/`));
}

/** True for a file that must run in React Native. */
export function isPortable(path: string): boolean {
  return isIn(path, PORTABLE_FOLDERS) || ENTRY_POINTS[path] === 'portable';
}
