import { codeIn, isNode, parsed, type Rule, type Violation, violationAt, walk } from '../source.ts';

const LOCALE_DEPENDENT = new Set([
  'localeCompare',
  'toLocaleString',
  'toLocaleDateString',
  'toLocaleTimeString',
  'toLocaleLowerCase',
  'toLocaleUpperCase',
]);

/** Calls whose result depends on the machine's language, anywhere in src/: order and output must not. */
export const locale: Rule = (files) =>
  codeIn(files, 'src').flatMap((file) => {
    const found: Violation[] = [];
    walk(parsed(file).program, (node) => {
      if (node.type !== 'MemberExpression' || !isNode(node.property)) return;
      const name = String(node.property.name ?? node.property.value);
      if (!LOCALE_DEPENDENT.has(name)) return;
      found.push(violationAt(file, node.property.start, `uses ${name}, which depends on the machine's language`));
    });
    return found;
  });
