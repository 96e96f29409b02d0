/** Reads TypeScript sources as trees, with the lines they stand in. */
import { stripTypeScriptTypes } from 'node:module';
import { type AnyNode, type Node, parse } from 'acorn';

export type { AnyNode };

/** The tree of a source. Its types are blanked out, so that places stay as they are. */
export function treeOf(source: string): AnyNode {
  return parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module', locations: true });
}

/** A node and everything below it, from the outside in; `enter` returns false to leave out what is below. */
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

/** `t` of `t`, `deps.t` and `this.#t`; null for what has no name. */
export function nameOf(node: AnyNode): string | null {
  if (node.type === 'Identifier' || node.type === 'PrivateIdentifier') return node.name;
  return node.type === 'MemberExpression' && !node.computed ? nameOf(node.property) : null;
}

/** `table` of `table[key].word`. */
export function rootOf(node: AnyNode): string | null {
  if (node.type === 'Identifier') return node.name;
  return node.type === 'MemberExpression' ? rootOf(node.object) : null;
}

/** The texts a node can be, when they are written there; null when it is made otherwise. */
export function literalsOf(node: AnyNode): string[] | null {
  if (node.type === 'Literal') return typeof node.value === 'string' ? [node.value] : null;
  if (node.type === 'TemplateLiteral') {
    return node.expressions.length === 0 ? [node.quasis[0]?.value.cooked ?? ''] : null;
  }
  if (node.type !== 'ConditionalExpression') return null;
  const [yes, no] = [literalsOf(node.consequent), literalsOf(node.alternate)];
  return yes === null || no === null ? null : [...yes, ...no];
}
