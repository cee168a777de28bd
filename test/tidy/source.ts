// What the tidy rules read: the project's text files, each parsed once, and what a rule answers with.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Comment, parseSync } from 'oxc-parser';

/** One text file: its path from the project's folder, with slashes, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** One place that breaks a rule. `line` counts from 1. */
export interface Violation {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** A rule over all files at once, so that it can be shown a planted violation. */
export type Rule = (files: readonly SourceFile[]) => readonly Violation[];

/** A node of the syntax tree (ESTree with TypeScript), as far as rules look at one. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Parsed {
  readonly program: SyntaxNode;
  readonly comments: readonly Comment[];
}

const NOT_OURS = /^(node_modules|\.git|dist|dist\.(new|old)-\d+|coverage|\.guras-sync)$/;

const parsedFiles = new WeakMap<SourceFile, Parsed>();

/** Every text file of the project, in path order; built and installed folders and binary files are left out. */
export function readProject(): SourceFile[] {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  return listPaths(root, '')
    .map((path) => ({ path, bytes: readFileSync(join(root, path)) }))
    .filter(({ bytes }) => !bytes.subarray(0, 8192).includes(0))
    .map(({ path, bytes }) => ({ path, text: bytes.toString('utf8') }));
}

function listPaths(root: string, folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true });
  return entries
    .filter((entry) => !NOT_OURS.test(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? listPaths(root, path) : entry.isFile() ? [path] : [];
    })
    .sort();
}

/** The code files under one of the folders, for instance `codeIn(files, 'src', 'test')`. */
export function codeIn(files: readonly SourceFile[], ...folders: readonly string[]): SourceFile[] {
  return files.filter(
    ({ path }) => /\.(ts|tsx|mts|mjs|js)$/.test(path) && folders.some((folder) => path.startsWith(`${folder}/`)),
  );
}

/** The syntax tree and comments of a code file. Throws when the file does not parse: the compiler will say more. */
export function parsed(file: SourceFile): Parsed {
  const known = parsedFiles.get(file);
  if (known) return known;
  const result = parseSync(file.path, file.text);
  const [error] = result.errors;
  if (error) throw new Error(`${file.path} does not parse: ${error.message}`);
  const fresh = { program: result.program as unknown as SyntaxNode, comments: result.comments };
  parsedFiles.set(file, fresh);
  return fresh;
}

/** True when the text is a program with at least one statement. */
export function isProgram(text: string): boolean {
  const result = parseSync('comment.ts', text);
  return result.errors.length === 0 && result.program.body.length > 0;
}

/** Calls `visit` for each node of the tree, parents first, with the chain of parents (nearest last). */
export function walk(
  node: SyntaxNode,
  visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void,
  parents: readonly SyntaxNode[] = [],
): void {
  visit(node, parents);
  const chain = [...parents, node];
  for (const value of Object.values(node)) {
    const children = Array.isArray(value) ? value : [value];
    for (const child of children) if (isNode(child)) walk(child, visit, chain);
  }
}

/** True for a node of the tree, false for names, flags, positions and absent children. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** The line of an offset, counted from 1. */
export function lineAt(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length;
}

/** A violation at an offset of a file. */
export function violationAt(file: SourceFile, offset: number, message: string): Violation {
  return { path: file.path, line: lineAt(file, offset), message };
}

/** Violations as lines for people: an assertion on an empty list then shows every place at once. */
export function described(violations: readonly Violation[]): string[] {
  return violations.map(({ path, line, message }) => `${path}:${line} ${message}`);
}

/** A file that exists only in a test, to plant a violation. */
export function planted(path: string, text: string): SourceFile {
  return { path, text };
}
