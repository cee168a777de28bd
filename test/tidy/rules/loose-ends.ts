import {
  codeIn,
  isNode,
  isProgram,
  parsed,
  type Rule,
  type SourceFile,
  type SyntaxNode,
  type Violation,
  violationAt,
  walk,
} from '../source.ts';

const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b/;
const ISSUE_NUMBER = /#\d+/;
const SILENCED = /@ts-(ignore|nocheck)\b|biome-ignore-(all|start)\b/;
const LOOKS_LIKE_CODE = /[;{}]\s*$/m;

/** `any`, empty catch blocks, default exports, unfinished notes without an issue, silenced checks, code in comments. */
export const looseEnds: Rule = (files) =>
  codeIn(files, 'src', 'test', 'bin').flatMap((file) => [
    ...looseNodes(file),
    ...looseComments(file),
    ...deadCode(file),
  ]);

function looseNodes(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  walk(parsed(file).program, (node) => {
    const message = looseNode(file, node);
    if (message !== undefined) found.push(violationAt(file, node.start, message));
  });
  return found;
}

function looseNode(file: SourceFile, node: SyntaxNode): string | undefined {
  switch (node.type) {
    case 'TSAnyKeyword':
      return 'uses any: take unknown and parse it';
    case 'ExportDefaultDeclaration':
      return 'has a default export: name it';
    case 'CatchClause':
      return isEmptyCatch(file, node) ? 'has an empty catch block: handle it, or say why nothing is to do' : undefined;
    default:
      return undefined;
  }
}

function isEmptyCatch(file: SourceFile, node: SyntaxNode): boolean {
  const body = node.body;
  if (!isNode(body) || !Array.isArray(body.body) || body.body.length > 0) return false;
  return !parsed(file).comments.some(({ start, end }) => start > body.start && end < body.end);
}

function looseComments(file: SourceFile): Violation[] {
  return parsed(file).comments.flatMap(({ value, start }) => {
    if (UNFINISHED.test(value) && !ISSUE_NUMBER.test(value)) {
      return [violationAt(file, start, 'has a note of unfinished work without an issue number')];
    }
    return SILENCED.test(value)
      ? [violationAt(file, start, 'silences a check for a whole file or without a reason')]
      : [];
  });
}

/** Runs of line comments, and plain block comments, that parse as a program. Doc blocks may hold examples. */
function deadCode(file: SourceFile): Violation[] {
  return commentRuns(file)
    .filter(({ text }) => LOOKS_LIKE_CODE.test(text) && isProgram(text))
    .map(({ start }) => violationAt(file, start, 'has code in a comment: delete it, the history keeps it'));
}

function commentRuns(file: SourceFile): { text: string; start: number }[] {
  const runs: { text: string; start: number; end: number }[] = [];
  for (const { type, value, start, end } of parsed(file).comments) {
    if (value.startsWith('*')) continue;
    const last = runs.at(-1);
    const continues = type === 'Line' && last !== undefined && file.text.slice(last.end, start).trim() === '';
    if (continues) Object.assign(last, { text: `${last.text}\n${value}`, end });
    else runs.push({ text: value, start, end });
  }
  return runs;
}
