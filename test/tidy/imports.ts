// The imports of a file, read from its syntax tree.
import { posix } from 'node:path';
import { isNode, parsed, type SourceFile, type SyntaxNode, walk } from './source.ts';

/** One import, re-export, dynamic import or imported type. */
export interface Import {
  /** What the file says: `./heap.ts`, `node:fs`, `zod/mini`. */
  readonly specifier: string;
  /** The path of the file meant, from the project's folder; undefined for modules that are not ours. */
  readonly target: string | undefined;
  /** `type` leaves no trace at run time; `dynamic` is `import()`. */
  readonly kind: 'static' | 'dynamic' | 'type';
  readonly start: number;
}

/** Every import of a file, in order. */
export function importsOf(file: SourceFile): Import[] {
  const found: Import[] = [];
  walk(parsed(file).program, (node) => {
    const kind = importKind(node);
    const source = node.source;
    if (kind === undefined || !isNode(source) || typeof source.value !== 'string') return;
    found.push({ specifier: source.value, target: targetOf(file, source.value), kind, start: node.start });
  });
  return found;
}

function importKind(node: SyntaxNode): Import['kind'] | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return node.importKind === 'type' ? 'type' : 'static';
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node.exportKind === 'type' ? 'type' : 'static';
    case 'ImportExpression':
      return 'dynamic';
    case 'TSImportType':
      return 'type';
    default:
      return undefined;
  }
}

function targetOf(file: SourceFile, specifier: string): string | undefined {
  return specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : undefined;
}
