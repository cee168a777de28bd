import { readNamed, type ScenarioFiles } from '../files.ts';
import { type Diagnostic, errorAt } from './diagnostic.ts';
import { readYaml } from './read-yaml.ts';
import { type Entry, entryOf, type Mapping, type Tree } from './tree.ts';

const depthMax = 8;

/** Keys of an included file that are merged by name; the including file wins. */
const merged = ['params', 'devices', 'fixtures'];
/** Keys of an included file whose items come before those of the including file. */
const joined = ['steps', 'expect', 'tags'];

/** The scenario with what its `include` files say put in, and every included file's diagnostics. */
export function includeFiles(
  tree: Mapping,
  { file, files, depth = 0 }: { readonly file: string; readonly files: ScenarioFiles; readonly depth?: number },
): { readonly tree: Mapping; readonly diagnostics: readonly Diagnostic[] } {
  const list = entryOf(tree, 'include')?.value;
  const diagnostics: Diagnostic[] = [];
  if (list?.kind !== 'list') return { tree, diagnostics };
  let whole: Mapping = tree;
  for (const name of [...list.items].reverse()) {
    const included = readIncluded(name, { file, files, depth });
    diagnostics.push(...included.diagnostics);
    if (included.tree !== null) whole = putUnder(whole, included.tree);
  }
  return { tree: whole, diagnostics };
}

function readIncluded(
  name: Tree,
  { file, files, depth }: { readonly file: string; readonly files: ScenarioFiles; readonly depth: number },
): { readonly tree: Mapping | null; readonly diagnostics: readonly Diagnostic[] } {
  if (name.kind !== 'scalar' || typeof name.value !== 'string') return { tree: null, diagnostics: [] };
  if (depth >= depthMax) return refused(name, `files include each other more than ${depthMax} deep`);
  const found = readNamed(files, name.value, file);
  if (found === null)
    return refused(
      name,
      `can't read ${name.value}`,
      'it is looked for beside this file, in the folders above it, then in the working directory',
    );
  const { tree, diagnostics } = readYaml(found.path, found.text);
  if (tree?.kind !== 'mapping')
    return { tree: null, diagnostics: [...diagnostics, ...refused(name, `${name.value} is no scenario`).diagnostics] };
  const inner = includeFiles(tree, { file: found.path, files, depth: depth + 1 });
  const odd = inner.tree.entries.filter(({ key }) => ![...merged, ...joined, 'about', 'include'].includes(key));
  const unknown = odd.map(({ key, keyPlace }) =>
    errorAt(keyPlace, `"${key}" can't stand in an included file`, `known here: ${[...merged, ...joined].join(', ')}`),
  );
  return { tree: inner.tree, diagnostics: [...diagnostics, ...inner.diagnostics, ...unknown] };
}

function refused(name: Tree, message: string, remedy: string | null = null): { tree: null; diagnostics: Diagnostic[] } {
  return { tree: null, diagnostics: [errorAt(name.place, message, remedy)] };
}

function putUnder(over: Mapping, under: Mapping): Mapping {
  let entries = over.entries;
  for (const entry of under.entries) {
    const existing = entries.find(({ key }) => key === entry.key);
    if (![...merged, ...joined].includes(entry.key)) continue;
    const both = existing === undefined ? entry : { ...existing, value: combine(entry, existing) };
    entries = [...entries.filter(({ key }) => key !== entry.key), both];
  }
  return { ...over, entries };
}

function combine(under: Entry, over: Entry): Tree {
  if (under.value.kind === 'list' && over.value.kind === 'list') {
    return { ...over.value, items: [...under.value.items, ...over.value.items] };
  }
  if (under.value.kind !== 'mapping' || over.value.kind !== 'mapping') return over.value;
  const own = new Set(over.value.entries.map(({ key }) => key));
  return { ...over.value, entries: [...under.value.entries.filter(({ key }) => !own.has(key)), ...over.value.entries] };
}
