import { type Diagnostic, errorAt, suggest } from './diagnostic.ts';
import type { Place } from './place.ts';
import type { Tree } from './tree.ts';

/** A value of a parameter or of a matrix column. */
export type Scalar = null | boolean | number | string;

const reference = /\$\$\{|\$\{([^}]*)\}/g;

/**
 * The tree with every `${name}` replaced, in values and keys. A text that is nothing but one `${name}` becomes the
 * value itself, of its own kind; inside other text it is written out. `$${` stands for a literal `${`.
 */
export function substitute(
  tree: Tree,
  values: ReadonlyMap<string, Scalar>,
): { readonly tree: Tree; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  return { tree: replaceIn(tree, { values, diagnostics }), diagnostics };
}

interface Replacing {
  readonly values: ReadonlyMap<string, Scalar>;
  readonly diagnostics: Diagnostic[];
}

function replaceIn(tree: Tree, replacing: Replacing): Tree {
  if (tree.kind === 'list') return { ...tree, items: tree.items.map((item) => replaceIn(item, replacing)) };
  if (tree.kind === 'mapping') {
    const entries = tree.entries.map(({ key, keyPlace, value }) => ({
      key: String(replaceText(key, keyPlace, replacing)),
      keyPlace,
      value: replaceIn(value, replacing),
    }));
    return { ...tree, entries };
  }
  if (typeof tree.value !== 'string') return tree;
  return { ...tree, value: replaceText(tree.value, tree.place, replacing) };
}

function replaceText(text: string, place: Place | null, replacing: Replacing): Scalar {
  if (!text.includes('${')) return text;
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  if (whole) return valueOf(whole[1] ?? '', place, replacing);
  return text.replace(reference, (match, name: string | undefined) =>
    match === '$${' ? '${' : String(valueOf(name ?? '', place, replacing)),
  );
}

function valueOf(written: string, place: Place | null, { values, diagnostics }: Replacing): Scalar {
  const name = written.trim();
  const value = values.get(name);
  if (value !== undefined) return value;
  diagnostics.push(errorAt(place, `unknown parameter "${name}"`, suggest(name, [...values.keys()])));
  return null;
}
