import { CLOCK_AND_RANDOM, isIn, isPortable, REPEATABLE_FOLDERS } from '../folders.ts';
import { codeIn, isNode, parsed, type Rule, type SourceFile, type SyntaxNode, violationAt, walk } from '../source.ts';

/** Members that answer differently on each call, on each machine, or in each locale. */
const BANNED_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  performance: ['now', 'timeOrigin', 'mark', 'measure'],
  process: ['hrtime', 'uptime'],
  crypto: ['getRandomValues', 'randomUUID', 'randomBytes', 'randomInt'],
  AbortSignal: ['timeout'],
  // The results of these differ in the last digit from engine to engine.
  Math: ['random', 'exp', 'expm1', 'log', 'log1p', 'log2', 'log10', 'sin', 'cos', 'tan', 'cbrt', 'hypot'],
};

const BANNED_GLOBALS = new Set([
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Intl',
  'WeakRef',
  'FinalizationRegistry',
]);

/** Clocks, timers, chance and locale in portable folders and in folders whose runs must repeat to the byte. */
export const clocksAndChance: Rule = (files) =>
  codeIn(files, 'src')
    .filter(({ path }) => isPortable(path) || isIn(path, REPEATABLE_FOLDERS))
    .filter(({ path }) => !CLOCK_AND_RANDOM.test(path))
    .flatMap(bannedUses);

function bannedUses(file: SourceFile) {
  const found: ReturnType<typeof violationAt>[] = [];
  walk(parsed(file).program, (node, parents) => {
    const use = bannedMember(node) ?? bannedDate(node) ?? bannedGlobal(node, parents);
    if (use !== undefined) found.push(violationAt(file, node.start, `uses ${use}; it is injected here`));
  });
  return found;
}

function bannedMember(node: SyntaxNode): string | undefined {
  if (node.type !== 'MemberExpression' || !isNode(node.object) || !isNode(node.property)) return undefined;
  const [object, property] = [nameOf(node.object), nameOf(node.property)];
  return object !== undefined && property !== undefined && BANNED_MEMBERS[object]?.includes(property)
    ? `${object}.${property}`
    : undefined;
}

/** The name of `Date`, and of `Date` in `globalThis.Date`. */
function nameOf(node: SyntaxNode): string | undefined {
  if (node.type === 'Identifier') return String(node.name);
  if (node.type === 'MemberExpression' && isNode(node.property)) return nameOf(node.property);
  return node.type === 'Literal' ? String(node.value) : undefined;
}

function bannedDate(node: SyntaxNode): string | undefined {
  const isDate = isNode(node.callee) && nameOf(node.callee) === 'Date';
  if (!isDate) return undefined;
  if (node.type === 'CallExpression') return 'Date()';
  return node.type === 'NewExpression' && Array.isArray(node.arguments) && node.arguments.length === 0
    ? 'new Date()'
    : undefined;
}

function bannedGlobal(node: SyntaxNode, parents: readonly SyntaxNode[]): string | undefined {
  if (node.type !== 'Identifier' || !BANNED_GLOBALS.has(String(node.name))) return undefined;
  const parent = parents.at(-1);
  const isName = parent !== undefined && isOwnName(parent, node);
  return isName ? undefined : String(node.name);
}

/** True where the identifier only names a member or a parameter of ours: `{ setTimeout: … }`, `ports.setTimeout`. */
function isOwnName(parent: SyntaxNode, node: SyntaxNode): boolean {
  if (parent.type === 'MemberExpression') {
    const isGlobal = isNode(parent.object) && parent.object.name === 'globalThis';
    return parent.property === node && parent.computed !== true && !isGlobal;
  }
  return parent.key === node || parent.type.startsWith('TS');
}
