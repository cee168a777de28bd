import {
  codeIn,
  isNode,
  parsed,
  type Rule,
  type SourceFile,
  type SyntaxNode,
  type Violation,
  violationAt,
  walk,
} from '../source.ts';

/** Exported declarations of src/, and the methods of ports, without a doc block that says something. */
export const docBlocks: Rule = (files) =>
  codeIn(files, 'src').flatMap((file) => {
    const body = parsed(file).program.body as readonly SyntaxNode[];
    // Read backwards: of several overloads of a function, the first one owns the name.
    const byName = new Map(body.toReversed().flatMap((node) => namesOf(node).map((name) => [name, node] as const)));
    return body.flatMap((node) => [...undocumentedExport(file, node, byName), ...undocumentedMethods(file, node)]);
  });

function undocumentedExport(file: SourceFile, node: SyntaxNode, byName: ReadonlyMap<string, SyntaxNode>): Violation[] {
  if (node.type !== 'ExportNamedDeclaration' || isNode(node.source)) return [];
  if (isNode(node.declaration)) {
    const names = namesOf(node.declaration);
    const isOverload = names.some((name) => byName.get(name) !== node && isDocumented(file, byName.get(name)));
    const isExcused = isDocumented(file, node) || isOverload || isShapeOfExport(node.declaration, byName);
    return isExcused ? [] : [undocumented(file, node, names.join(', '))];
  }
  const specifiers = node.specifiers as readonly { readonly local: { readonly name: string } }[];
  return specifiers
    .filter(({ local }) => byName.has(local.name) && !isDocumented(file, byName.get(local.name)))
    .map(({ local }) => undocumented(file, node, local.name));
}

/** True for `type Push = z.infer<typeof pushSchema>` beside an exported `pushSchema`, whose doc block serves both. */
function isShapeOfExport(declaration: SyntaxNode, byName: ReadonlyMap<string, SyntaxNode>): boolean {
  if (declaration.type !== 'TSTypeAliasDeclaration') return false;
  let isShape = false;
  walk(declaration, (node) => {
    if (node.type !== 'TSTypeQuery' || !isNode(node.exprName)) return;
    const source = byName.get(String(node.exprName.name));
    if (source?.type === 'ExportNamedDeclaration') isShape = true;
  });
  return isShape;
}

/** A port's methods state the contract that an adapter must meet: each in its own block, or by name in the port's. */
function undocumentedMethods(file: SourceFile, node: SyntaxNode): Violation[] {
  const declared = isNode(node.declaration) ? node.declaration : node;
  if (!file.path.startsWith('src/ports/') || declared.type !== 'TSInterfaceDeclaration') return [];
  const contract = docBlockOf(file, node) ?? '';
  const members = (declared.body as SyntaxNode).body as readonly SyntaxNode[];
  return members
    .filter((member) => member.type === 'TSMethodSignature' && !isDocumented(file, member))
    .map((member) => ({ member, name: String((member.key as SyntaxNode).name) }))
    .filter(({ name }) => !contract.includes(`\`${name}\``))
    .map(({ member, name }) => undocumented(file, member, name));
}

function undocumented(file: SourceFile, node: SyntaxNode, name: string): Violation {
  return violationAt(file, node.start, `exports ${name} without a doc block`);
}

function isDocumented(file: SourceFile, node: SyntaxNode | undefined): boolean {
  return node !== undefined && docBlockOf(file, node) !== undefined;
}

/** The doc block right before a node, of at least two words; undefined when there is none. */
function docBlockOf(file: SourceFile, node: SyntaxNode): string | undefined {
  const block = parsed(file).comments.findLast(({ end }) => end <= node.start);
  if (block?.type !== 'Block' || !block.value.startsWith('*')) return undefined;
  const isAdjacent = file.text.slice(block.end, node.start).trim() === '';
  return isAdjacent && /\w+\W+\w+/.test(block.value) ? block.value : undefined;
}

/** The names that a top-level statement declares. */
function namesOf(node: SyntaxNode): string[] {
  if (node.type === 'ExportNamedDeclaration') return isNode(node.declaration) ? namesOf(node.declaration) : [];
  if (node.type === 'VariableDeclaration') {
    return (node.declarations as readonly SyntaxNode[]).map(({ id }) => String((id as SyntaxNode).name));
  }
  return isNode(node.id) ? [String(node.id.name)] : [];
}
