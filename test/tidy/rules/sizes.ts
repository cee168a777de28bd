import {
  codeIn,
  isNode,
  lineAt,
  parsed,
  type Rule,
  type SourceFile,
  type SyntaxNode,
  violationAt,
  walk,
} from '../source.ts';

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 50;

/** Files that are data rather than reading matter. Every entry is a decision; keep the list short. */
const EXEMPT: readonly RegExp[] = [/^src\/core\/model\/entities\//, /^test\/fixtures\//];

const FUNCTION_TYPES = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Files longer than 300 lines and functions longer than 50. A `describe` block counts as a file's frame, not as a function. */
export const sizes: Rule = (files) =>
  codeIn(files, 'src', 'test', 'bin')
    .filter(({ path }) => !EXEMPT.some((pattern) => pattern.test(path)))
    .flatMap((file) => [...longFile(file), ...longFunctions(file)]);

function longFile(file: SourceFile) {
  const lines = file.text.replace(/\n$/, '').split('\n').length;
  if (lines <= FILE_LINES_MAX) return [];
  return [violationAt(file, 0, `has ${lines} lines, files stop at ${FILE_LINES_MAX}`)];
}

function longFunctions(file: SourceFile) {
  const found: ReturnType<typeof violationAt>[] = [];
  walk(parsed(file).program, (node, parents) => {
    if (!FUNCTION_TYPES.has(node.type) || isDescribeBody(parents.at(-1))) return;
    const lines = lineAt(file, node.end) - lineAt(file, node.start) + 1;
    if (lines <= FUNCTION_LINES_MAX) return;
    found.push(
      violationAt(file, node.start, `has a function of ${lines} lines, functions stop at ${FUNCTION_LINES_MAX}`),
    );
  });
  return found;
}

function isDescribeBody(parent: SyntaxNode | undefined): boolean {
  if (parent?.type !== 'CallExpression') return false;
  let callee = parent.callee;
  while (isNode(callee) && callee.type !== 'Identifier') callee = callee.object ?? callee.callee ?? callee.tag;
  return isNode(callee) && callee.name === 'describe';
}
