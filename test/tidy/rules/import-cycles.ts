import { importsOf } from '../imports.ts';
import { codeIn, type Rule, type SourceFile } from '../source.ts';

/** Files that reach themselves again through imports that exist at run time. Each cycle is told once. */
export const importCycles: Rule = (files) => {
  const graph = new Map(codeIn(files, 'src', 'test').map((file) => [file.path, runtimeTargets(file)]));
  const cycles = new Map<string, readonly string[]>();
  const finished = new Set<string>();
  for (const path of graph.keys()) search({ path, trail: [], graph, finished, cycles });
  return [...cycles.values()].map((cycle) => ({
    path: cycle[0] ?? '',
    line: 1,
    message: `imports itself: ${[...cycle, cycle[0]].join(' > ')}`,
  }));
};

interface Search {
  readonly path: string;
  readonly trail: readonly string[];
  readonly graph: ReadonlyMap<string, readonly string[]>;
  readonly finished: Set<string>;
  readonly cycles: Map<string, readonly string[]>;
}

function search({ path, trail, graph, finished, cycles }: Search): void {
  const seenAt = trail.indexOf(path);
  if (seenAt >= 0) {
    const cycle = fromSmallest(trail.slice(seenAt));
    cycles.set(cycle.join('>'), cycle);
    return;
  }
  if (finished.has(path)) return;
  for (const next of graph.get(path) ?? []) search({ path: next, trail: [...trail, path], graph, finished, cycles });
  finished.add(path);
}

function fromSmallest(cycle: readonly string[]): readonly string[] {
  const first = cycle.indexOf([...cycle].sort()[0] ?? '');
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}

function runtimeTargets(file: SourceFile): string[] {
  return importsOf(file).flatMap(({ kind, target }) => (kind === 'type' || target === undefined ? [] : [target]));
}
