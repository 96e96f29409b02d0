/** Finds calls of shared text functions without a translator, whose texts would stay in English. */
import { type AnyNode, lineOf, walk } from './syntax.ts';

/** Functions with a parameter `t`, by name, with the position of that parameter. */
export function translatedFunctions(trees: readonly AnyNode[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const tree of trees) {
    walk(tree, (node) => {
      if (node.type !== 'FunctionDeclaration' || !node.id) return;
      const place = node.params.findIndex((param) => {
        const named = param.type === 'AssignmentPattern' ? param.left : param;
        return named.type === 'Identifier' && named.name === 't';
      });
      if (place >= 0) found.set(node.id.name, place);
    });
  }
  return found;
}

/** Calls in a source of the editor or the pages that lack the translator argument. */
export function omittedTranslators(
  tree: AnyNode,
  translators: ReadonlyMap<string, number>,
): { line: number; message: string }[] {
  const found: { line: number; message: string }[] = [];
  walk(tree, (node) => {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return;
    const { name } = node.callee;
    const place = translators.get(name);
    if (place === undefined || node.arguments.length > place) return;
    found.push({ line: lineOf(node), message: `${name} is called without a translator` });
  });
  return found;
}
