import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseAllDocuments, type Range } from 'yaml';
import { type Diagnostic, errorAt } from './diagnostic.ts';
import type { Place } from './place.ts';
import type { Entry, Tree } from './tree.ts';

/** Nodes that one file may hold, aliases written out: far more than any story, far less than a YAML bomb. */
const nodesMax = 500_000;
/** Aliases that one file may write out: looking one up costs time in the size of the file. */
const aliasesMax = 1_000;
const depthMax = 100;

/** The tree of a YAML 1.2 text, or null with what is wrong. Duplicate keys, tags and inexact numbers are errors. */
export function readYaml(
  file: string,
  text: string,
): { readonly tree: Tree | null; readonly diagnostics: readonly Diagnostic[] } {
  // A database or a picture: the parser would find a fault in every line of it.
  if (text.includes('\0')) return { tree: null, diagnostics: [errorAt(null, `${file} is not a text file`)] };
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, version: '1.2', uniqueKeys: true });
  const reading = new YamlReading({ file, text, lines });
  if (!Array.isArray(documents)) return { tree: null, diagnostics: [errorAt(null, `${file} is empty`)] };
  const [document, second] = documents;
  if (document === undefined) return { tree: null, diagnostics: [errorAt(null, `${file} is empty`)] };
  for (const { message, pos } of [...document.errors, ...document.warnings]) {
    reading.report(reading.place([pos[0], pos[1], pos[1]]), firstLine(message));
  }
  if (second !== undefined) reading.report(reading.place(second.range), 'a file holds one document');
  const tree = document.errors.length > 0 ? null : reading.tree(document.contents, document, 0);
  return { tree, diagnostics: reading.diagnostics };
}

/** Messages of the parser repeat the place and the excerpt after the first line. */
function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/ at line \d+, column \d+:?$/, '');
}

type Resolver = Parameters<import('yaml').Alias['resolve']>[0];

class YamlReading {
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: { readonly file: string; readonly text: string; readonly lines: LineCounter };
  #nodes = 0;
  #aliases = 0;
  #isRefused = false;

  constructor(source: { readonly file: string; readonly text: string; readonly lines: LineCounter }) {
    this.#source = source;
  }

  report(place: Place | null, message: string): void {
    this.diagnostics.push(errorAt(place, message));
  }

  place(range: Range | null | undefined): Place | null {
    if (!range) return null;
    const { file, text, lines } = this.#source;
    const { line, col } = lines.linePos(range[0]);
    if (line === 0) return null;
    const start = range[0] - (col - 1);
    const newline = text.indexOf('\n', start);
    const excerpt = text.slice(start, newline === -1 ? text.length : newline).replace(/\r$/, '');
    const length = Math.max(1, Math.min(range[1], start + excerpt.length) - range[0]);
    return { file, line, col, length, excerpt };
  }

  tree(node: unknown, document: Resolver, depth: number): Tree {
    this.#nodes += 1;
    if (isAlias(node)) this.#aliases += 1;
    const isTooMuch = this.#nodes > nodesMax || this.#aliases > aliasesMax || depth > depthMax;
    if (isTooMuch) return this.#refused(node as Node | null);
    if (isAlias(node)) return this.tree(node.resolve(document), document, depth + 1);
    const place = this.place((node as Node | null)?.range);
    if (isMap(node)) {
      const entries = node.items.map(({ key, value }) => this.#entry({ key, value, document, depth }));
      return { kind: 'mapping', entries, place };
    }
    if (isSeq(node)) {
      return { kind: 'list', items: node.items.map((item) => this.tree(item, document, depth + 1)), place };
    }
    return { kind: 'scalar', value: isScalar(node) ? this.#scalar(node.value, node.source ?? '', place) : null, place };
  }

  #refused(node: Node | null): Tree {
    if (!this.#isRefused) this.report(this.place(node?.range), 'this is too large or too deeply nested for a scenario');
    this.#isRefused = true;
    return { kind: 'scalar', value: null, place: null };
  }

  #entry(options: { key: unknown; value: unknown; document: Resolver; depth: number }): Entry {
    const { key, value, document, depth } = options;
    const keyPlace = this.place((key as Node | null)?.range);
    const name = isScalar(key) ? key.value : key;
    if (typeof name === 'object' && name !== null) this.report(keyPlace, 'a key is a word, not a list or a mapping');
    return { key: String(name), keyPlace, value: this.tree(value, document, depth + 1) };
  }

  #scalar(value: unknown, source: string, place: Place | null): null | boolean | number | string {
    if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
    if (typeof value !== 'number') {
      this.report(place, `a ${typeof value} can't stand in a scenario`);
      return null;
    }
    const inexact = !Number.isFinite(value) || (/^[-+]?\d+$/.test(source) && !Number.isSafeInteger(value));
    if (inexact) this.report(place, `${source} can't be kept exactly as a number; write it in quotes`);
    return value;
  }
}
