import type { Json, JsonObject } from '../../lib/json.ts';
import type { Place } from './place.ts';

/** A value of a scenario together with where it was written; places are null when it was built in code. */
export type Tree =
  | { readonly kind: 'scalar'; readonly value: null | boolean | number | string; readonly place: Place | null }
  | { readonly kind: 'list'; readonly items: readonly Tree[]; readonly place: Place | null }
  | Mapping;

/** A mapping with its keys in written order; no key stands twice. */
export interface Mapping {
  readonly kind: 'mapping';
  readonly entries: readonly Entry[];
  readonly place: Place | null;
}

/** One key of a mapping and its value. */
export interface Entry {
  readonly key: string;
  readonly keyPlace: Place | null;
  readonly value: Tree;
}

/** The tree of plain data, without places. */
export function treeOf(value: Json): Tree {
  if (value === null || typeof value !== 'object') return { kind: 'scalar', value, place: null };
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf), place: null };
  const entries = Object.entries(value as JsonObject).map(([key, inner]) => entry(key, treeOf(inner)));
  return { kind: 'mapping', entries, place: null };
}

function entry(key: string, value: Tree): Entry {
  return { key, keyPlace: null, value };
}

/** The plain data of a tree. Safe for keys like `__proto__`. */
export function jsonOf(tree: Tree): Json {
  if (tree.kind === 'scalar') return tree.value;
  if (tree.kind === 'list') return tree.items.map(jsonOf);
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, jsonOf(value)]));
}

/** The entry of a key, or undefined when the tree is no mapping or does not hold it. */
export function entryOf(tree: Tree, key: string): Entry | undefined {
  return tree.kind === 'mapping' ? tree.entries.find((candidate) => candidate.key === key) : undefined;
}

/** The tree at a path of keys and indexes, or undefined when there is none. */
export function treeAt(tree: Tree, path: readonly PropertyKey[]): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const part of path) {
    if (at === undefined) return undefined;
    at = at.kind === 'list' ? at.items[Number(part)] : entryOf(at, String(part))?.value;
  }
  return at;
}

/** Where a word stands in a tree, as a key or as a whole text; else where the tree itself stands. */
export function placeOfWord(tree: Tree, word: string): Place | null {
  return findWord(tree, word) ?? tree.place;
}

function findWord(tree: Tree, word: string): Place | null {
  if (tree.kind === 'scalar') return tree.value === word ? tree.place : null;
  if (tree.kind === 'list') return firstFound(tree.items, word);
  const key = tree.entries.find((candidate) => candidate.key === word);
  return (
    key?.keyPlace ??
    firstFound(
      tree.entries.map(({ value }) => value),
      word,
    )
  );
}

function firstFound(trees: readonly Tree[], word: string): Place | null {
  for (const tree of trees) {
    const place = findWord(tree, word);
    if (place !== null) return place;
  }
  return null;
}
