/** Collects the texts of editor and pages: the arguments of `t(…)`, `texts(…)` and `pageTexts(…)`. */
import { type AnyNode, lineOf, literalsOf, nameOf, rootOf, walk } from './syntax.ts';

/** Calls whose argument is a table of messages. */
const tables = new Set(['texts', 'pageTexts']);

export interface ClientTexts {
  readonly messages: string[];
  /** Texts that can't be collected, with their lines. */
  readonly problems: { line: number; message: string }[];
}

/** Names of the tables declared in a source. */
export function tableNames(tree: AnyNode): string[] {
  const names: string[] = [];
  walk(tree, (node) => {
    if (node.type !== 'VariableDeclarator' || node.init?.type !== 'CallExpression') return;
    if (tables.has(nameOf(node.init.callee) ?? '') && node.id.type === 'Identifier') names.push(node.id.name);
  });
  return names;
}

/** Collects the texts of a source. `known`: the names of all tables. */
export function clientTexts(tree: AnyNode, known: ReadonlySet<string>): ClientTexts {
  const found: ClientTexts = { messages: [], problems: [] };
  walk(tree, (node) => {
    if (node.type !== 'CallExpression') return;
    const [first] = node.arguments;
    const name = nameOf(node.callee);
    if (first === undefined || first.type === 'SpreadElement') return;
    if (name === 't') {
      const literals = literalsOf(first);
      if (literals !== null) found.messages.push(...literals);
      else if (!known.has(rootOf(first) ?? '')) {
        found.problems.push({
          line: lineOf(node),
          message: 'the message is neither a literal nor in a table of texts',
        });
      }
    }
    if (name !== null && tables.has(name)) found.messages.push(...leaves(first));
  });
  return found;
}

function leaves(table: AnyNode): string[] {
  const literals = literalsOf(table);
  if (literals !== null) return literals;
  if (table.type !== 'ObjectExpression') return [];
  return table.properties.flatMap((property) => (property.type === 'Property' ? leaves(property.value) : []));
}
