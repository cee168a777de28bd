import { type Diagnostic, errorAt } from './diagnostic.ts';
import type { Scalar } from './substitute.ts';
import { entryOf, type Mapping, type Tree } from './tree.ts';

/** Cases that one file may give. */
export const casesMax = 200;

/** The combinations of the matrix, the last column turning fastest; one empty case without a matrix. */
export function casesOf(tree: Mapping): {
  readonly cases: readonly ReadonlyMap<string, Scalar>[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const matrix = entryOf(tree, 'matrix');
  const columns = matrix?.value.kind === 'mapping' ? matrix.value.entries : [];
  let cases: ReadonlyMap<string, Scalar>[] = [new Map()];
  for (const { key, value } of columns) {
    const values = value.kind === 'list' ? value.items.flatMap(scalarsOf) : [];
    if (values.length > 0) cases = cases.flatMap((one) => values.map((item) => new Map([...one, [key, item]])));
    if (cases.length > casesMax) return { cases: [], diagnostics: [tooMany(matrix?.value)] };
  }
  return { cases, diagnostics: [] };
}

function tooMany(tree: Tree | undefined): Diagnostic {
  return errorAt(tree?.place ?? null, `the matrix has more than ${casesMax} combinations`, 'split the file');
}

function scalarsOf(tree: Tree): readonly Scalar[] {
  return tree.kind === 'scalar' ? [tree.value] : [];
}

/** The parameters with their defaults, and over them the values given by the caller. Unknown ones are told. */
export function paramsOf(
  tree: Mapping,
  given: Readonly<Record<string, Scalar>>,
): { readonly values: ReadonlyMap<string, Scalar>; readonly diagnostics: readonly Diagnostic[] } {
  const params = entryOf(tree, 'params')?.value;
  const entries = params?.kind === 'mapping' ? params.entries : [];
  const values = new Map(
    entries.flatMap(({ key, value }): [string, Scalar][] => (value.kind === 'scalar' ? [[key, value.value]] : [])),
  );
  const diagnostics: Diagnostic[] = [];
  for (const [name, value] of Object.entries(given)) {
    if (!values.has(name)) diagnostics.push(errorAt(null, `the scenario has no parameter "${name}"`));
    values.set(name, value);
  }
  return { values, diagnostics };
}
