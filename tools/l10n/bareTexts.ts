/** Finds untranslated texts in the sources of the editor and the pages that appear to be visible to users. */
import { type AnyNode, lineOf, nameOf, walk } from './syntax.ts';

/** Calls whose texts are translated or internal. */
const calls = new Set(['t', 'texts', 'pageTexts', 'log', 'warn', 'error']);

/** Two words, or one that starts a sentence. */
const words = /\p{L}{2,}[,:;]?\s+\p{L}{2,}|^\p{Lu}\p{Ll}+[.…]?$/u;

/** Untranslated texts of a source with their lines. */
export function bareTexts(tree: AnyNode): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  const look = (node: AnyNode, text: string) => {
    if (words.test(text)) found.push({ line: lineOf(node), text });
  };
  walk(tree, (node, above) => {
    if (isExempt(node)) return false;
    if (node.type === 'Literal' && typeof node.value === 'string' && !node.value.includes('<')) look(node, node.value);
    if (node.type === 'TemplateLiteral') {
      const markup = above.at(-1)?.type === 'TaggedTemplateExpression';
      // In markup, only text between elements counts; interpolated values leave gaps.
      const whole = node.quasis.map(({ value }) => value.cooked ?? '').join(markup ? '=' : ' ');
      if (markup) for (const [, text = ''] of whole.matchAll(/>([^<>]+)</g)) look(node, text);
      else if (!whole.includes('<')) look(node, whole);
    }
    return undefined;
  });
  return found;
}

function isExempt(node: AnyNode): boolean {
  if (node.type === 'ImportDeclaration' || node.type === 'ExportAllDeclaration') return true;
  if (node.type === 'NewExpression') return nameOf(node.callee) === 'Error';
  if (node.type !== 'CallExpression') return false;
  if (calls.has(nameOf(node.callee) ?? '')) return true;
  return node.callee.type === 'MemberExpression' && nameOf(node.callee.object) === 'Type';
}
