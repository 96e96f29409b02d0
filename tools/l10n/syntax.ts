/** Parses TypeScript sources into syntax trees with line numbers. */
import { stripTypeScriptTypes } from 'node:module';
import { type AnyNode, type Node, parse } from 'acorn';

export type { AnyNode };

/** The syntax tree of a source. Types are blanked out, which preserves positions. */
export function treeOf(source: string): AnyNode {
  return parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module', locations: true });
}

/** Visits a node and its descendants, parents first. `enter` returns false to skip the descendants. */
export function walk(
  node: AnyNode,
  enter: (node: AnyNode, above: readonly AnyNode[]) => boolean | undefined,
  above: readonly AnyNode[] = [],
): void {
  if (enter(node, above) === false) return;
  const inside = [...above, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) walk(child, enter, inside);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && typeof (value as Partial<Node>).type === 'string';
}

export function lineOf(node: AnyNode): number {
  return node.loc?.start.line ?? 0;
}

/** `t` for `t`, `deps.t` and `this.#t`. Null if the node has no name. */
export function nameOf(node: AnyNode): string | null {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name;
  return node.type === 'MemberExpression' && !node.computed ? nameOf(node.property) : null;
}

/** `table` for `table[key].word`. */
export function rootOf(node: AnyNode): string | null {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? rootOf(node.object) : null;
}

/** The possible values of a node if they are literals, otherwise null. */
export function literalsOf(node: AnyNode): string[] | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : null;
  if (node.type === 'TemplateLiteral') {
    return node.expressions.length === 0 ? [node.quasis[0]?.value.cooked ?? ''] : null;
  }
  if (node.type !== 'ConditionalExpression') return null;
  const [yes, no] = [literalsOf(node.consequent), literalsOf(node.alternate)];
  return yes === null || no === null ? null : [...yes, ...no];
}
