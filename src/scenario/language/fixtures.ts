import type { EntityType, Registry } from '../../core/model/registry.ts';
import type { JsonObject } from '../../lib/json.ts';
import type { FixtureRow } from '../../stage/stage.ts';
import { readNamed, type ScenarioFiles } from '../files.ts';
import { type Diagnostic, errorAt, suggest } from './diagnostic.ts';
import { fixtureSchema } from './header.ts';
import { issueDiagnostics } from './issues.ts';
import { readYaml } from './read-yaml.ts';
import { type Entry, entryOf, jsonOf, type Mapping, type Tree } from './tree.ts';

/** Where fixtures are read from. */
export interface FixtureSources {
  readonly file: string;
  readonly files: ScenarioFiles;
  readonly registry: Registry;
}

/** The rows of the `fixtures` of a scenario by user, in written order. */
export function readFixtures(
  tree: Tree | undefined,
  sources: FixtureSources,
): { readonly fixtures: Readonly<Record<string, readonly FixtureRow[]>>; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const users = tree?.kind === 'mapping' ? tree.entries : [];
  const read = users.map(({ key, value }): [string, readonly FixtureRow[]] => {
    const items = value.kind === 'list' ? value.items : [];
    return [key, items.flatMap((item) => readOne(item, sources, diagnostics))];
  });
  return { fixtures: Object.fromEntries(read), diagnostics };
}

function readOne(item: Tree, sources: FixtureSources, diagnostics: Diagnostic[]): readonly FixtureRow[] {
  if (item.kind === 'mapping') return rowsOf(item, sources.registry, diagnostics);
  if (item.kind !== 'scalar' || typeof item.value !== 'string') return [];
  const found = readNamed(sources.files, item.value, sources.file);
  if (found === null) {
    diagnostics.push(
      errorAt(
        item.place,
        `can't read ${item.value}`,
        'it is looked for beside this file, in the folders above it, then in the working directory',
      ),
    );
    return [];
  }
  const { tree, diagnostics: broken } = readYaml(found.path, found.text);
  diagnostics.push(...broken);
  if (tree === null) return [];
  const parsed = fixtureSchema.safeParse(jsonOf(tree));
  if (!parsed.success) diagnostics.push(...issueDiagnostics(parsed.error.issues, tree, fixtureSchema));
  return parsed.success && tree.kind === 'mapping' ? rowsOf(tree, sources.registry, diagnostics) : [];
}

function rowsOf(tree: Mapping, registry: Registry, diagnostics: Diagnostic[]): readonly FixtureRow[] {
  const parts = [
    { part: 'catalogue', key: 'catalogue' },
    { part: 'user', key: 'rows' },
  ] as const;
  return parts.flatMap(({ part, key }) => {
    return entriesOf(entryOf(tree, key)?.value).flatMap(({ key: entityType, keyPlace, value }) => {
      const type = registry.types.get(entityType);
      if (type === undefined) {
        const remedy = suggest(entityType, [...registry.types.keys()]);
        diagnostics.push(errorAt(keyPlace, `unknown entity type "${entityType}"`, remedy));
        return [];
      }
      return entriesOf(value).map((row) => {
        diagnostics.push(...unknownFields(row.value, type));
        return { part, entityType, entityId: row.key, data: jsonOf(row.value) as JsonObject };
      });
    });
  });
}

function entriesOf(tree: Tree | undefined): readonly Entry[] {
  return tree?.kind === 'mapping' ? tree.entries : [];
}

function unknownFields(row: Tree, { name, fields }: EntityType): readonly Diagnostic[] {
  return entriesOf(row)
    .filter(({ key }) => !Object.hasOwn(fields, key))
    .map(({ key, keyPlace }) =>
      errorAt(keyPlace, `unknown field of ${name} "${key}"`, suggest(key, Object.keys(fields))),
    );
}
