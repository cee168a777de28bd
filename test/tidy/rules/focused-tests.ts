import { codeIn, isNode, parsed, type Rule, type Violation, violationAt, walk } from '../source.ts';

const TEST_FUNCTIONS = new Set(['describe', 'it', 'test', 'bench', 'suite']);
const SWITCHES = new Set(['only', 'skip', 'todo', 'fails']);

/** Tests that are switched off, or switch the others off. `skipIf` and `runIf` with a condition are allowed. */
export const focusedTests: Rule = (files) =>
  codeIn(files, 'test').flatMap((file) => {
    const found: Violation[] = [];
    walk(parsed(file).program, (node) => {
      if (node.type !== 'MemberExpression' || !isNode(node.property) || !isNode(node.object)) return;
      const property = String(node.property.name);
      if (!SWITCHES.has(property) || !TEST_FUNCTIONS.has(rootName(node.object))) return;
      found.push(violationAt(file, node.start, `switches tests off with .${property}`));
    });
    return found;
  });

function rootName(node: unknown): string {
  if (!isNode(node)) return '';
  return node.type === 'Identifier' ? String(node.name) : rootName(node.object ?? node.callee);
}
