import { type Lock, repairLock } from '../../../bin/repair-lock.mjs';
import type { Rule, SourceFile } from '../source.ts';

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const EXACT = /^\d+\.\d+\.\d+(-[\w.]+)?$/;

/** A lock file that `npm ci` would refuse somewhere, that names a registry, or that differs from package.json. */
export const lockFile: Rule = (files) => {
  const lock = parse<Lock>(files, 'package-lock.json');
  const manifest = parse<Manifest>(files, 'package.json');
  const { added, addressesDropped } = repairLock(lock);
  const problems = [
    ...added.map((name) => `lacks ${name}: run npm run repair-lock`),
    ...(addressesDropped > 0 ? [`names a registry ${addressesDropped} times: run npm run repair-lock`] : []),
    ...disagreements(manifest, lock),
  ];
  return problems.map((message) => ({ path: 'package-lock.json', line: 1, message }));
};

function disagreements(manifest: Manifest, lock: Lock): string[] {
  const wanted = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
  return wanted.flatMap(([name, version]) => {
    if (!EXACT.test(version)) return [`would take ${name} ${version}: versions are exact`];
    const locked = lock.packages[`node_modules/${name}`]?.version;
    return locked === version ? [] : [`holds ${name} ${locked}, package.json asks for ${version}`];
  });
}

function parse<T>(files: readonly SourceFile[], path: string): T {
  const file = files.find((candidate) => candidate.path === path);
  if (file === undefined) throw new Error(`${path} is missing`);
  return JSON.parse(file.text) as T;
}
