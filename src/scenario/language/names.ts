import type { Registry } from '../../core/model/registry.ts';
import { type Diagnostic, errorAt, suggest } from './diagnostic.ts';
import type { Spot } from './reader.ts';
import { placeOfWord, type Tree } from './tree.ts';

/** What names may stand for in a story. */
export interface KnownNames {
  readonly registry: Registry;
  readonly devices: readonly string[];
}

/** Every name that means nothing: entity types, fields, devices, labels that no step gives, labels given twice. */
export function checkNames(spots: readonly Spot[], known: KnownNames): readonly Diagnostic[] {
  const labels = spots.flatMap(({ label }) => label ?? []);
  return [...twice(spots), ...spots.flatMap((spot) => checkSpot(spot, known, [...new Set(labels)]))];
}

function twice(spots: readonly Spot[]): readonly Diagnostic[] {
  const given = new Set<string>();
  return spots.flatMap(({ label, tree }) => {
    if (label === null) return [];
    const again = given.has(label);
    given.add(label);
    return again ? [errorAt(placeOfWord(tree, label), `label "${label}" is given twice`)] : [];
  });
}

function checkSpot({ tree, mentions }: Spot, known: KnownNames, labels: readonly string[]): readonly Diagnostic[] {
  const types = [...known.registry.types.keys()];
  const rows = (mentions.rows ?? []).map(({ entityType, entityId }) => ({
    entityType,
    written: `${entityType}/${entityId}`,
  }));
  const named = (mentions.entityTypes ?? []).map((entityType) => ({ entityType, written: entityType }));
  return [
    ...[...rows, ...named]
      .filter(({ entityType }) => !types.includes(entityType))
      .map(({ entityType, written }) => unknown(tree, { what: 'entity type', word: entityType, written }, types)),
    ...(mentions.fields ?? []).flatMap((fields) => checkFields(tree, fields, known.registry)),
    ...missing(mentions.labels, labels).map((word) => unknown(tree, { what: 'label', word }, labels)),
    ...missing(mentions.devices, known.devices).map((word) => unknown(tree, { what: 'device', word }, known.devices)),
  ];
}

function missing(names: readonly string[] | undefined, known: readonly string[]): readonly string[] {
  return (names ?? []).filter((name) => !known.includes(name));
}

function checkFields(
  tree: Tree,
  { entityType, names }: { readonly entityType: string; readonly names: readonly string[] },
  registry: Registry,
): readonly Diagnostic[] {
  const type = registry.types.get(entityType);
  if (type === undefined) return [];
  const fields = Object.keys(type.fields);
  return missing(names, fields).map((word) => unknown(tree, { what: `field of ${entityType}`, word }, fields));
}

function unknown(
  tree: Tree,
  { what, word, written = word }: { readonly what: string; readonly word: string; readonly written?: string },
  known: readonly string[],
): Diagnostic {
  return errorAt(placeOfWord(tree, written), `unknown ${what} "${word}"`, suggest(word, known));
}
