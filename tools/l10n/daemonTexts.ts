/** The sentences that the daemon and the client of it say in English, as patterns with `{0}`, `{1}`… for what varies. */
import { type AnyNode, literalsOf, nameOf, walk } from './syntax.ts';

/** Sentences that one text can be, beyond which it is not taken apart. */
const mostForms = 40;

/** The sentences of a source: texts that begin as one and end as one. */
export function daemonSentences(tree: AnyNode): string[] {
  const constants = constantsOf(tree);
  const found: string[] = [];
  walk(tree, (node) => {
    if (isForOthers(node)) return false;
    if (node.type !== 'TemplateLiteral' && node.type !== 'Literal') return undefined;
    found.push(...formsOf(node, constants).map(numbered).filter(isSentence));
    return false;
  });
  return found;
}

/** Logs, patterns, types and schemas of the API are read by other people. */
function isForOthers(node: AnyNode): boolean {
  if (node.type === 'TaggedTemplateExpression' || node.type === 'ImportDeclaration') return true;
  if (node.type === 'NewExpression') return nameOf(node.callee) === 'Error';
  if (node.type !== 'CallExpression') return false;
  if (nameOf(node.callee) === 'log') return true;
  if (node.callee.type !== 'MemberExpression') return false;
  return ['Type', 'log', 'console', 'db'].includes(nameOf(node.callee.object) ?? '');
}

/** What the names of a source stand for that are given once and only one text or another. */
function constantsOf(tree: AnyNode): Map<string, AnyNode> {
  const constants = new Map<string, AnyNode>();
  const twice = new Set<string>();
  walk(tree, (node) => {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier' || !node.init) return;
    if (constants.has(node.id.name)) twice.add(node.id.name);
    constants.set(node.id.name, node.init);
  });
  for (const name of twice) constants.delete(name);
  return constants;
}

/** Stands for what varies, until it is numbered. */
const varies = '\u0000';

/** Every form a text can have; those of conditions that only choose words are told apart. */
function formsOf(node: AnyNode, constants: ReadonlyMap<string, AnyNode>): string[] {
  const literals = literalsOf(node);
  if (literals !== null) return literals;
  if (node.type === 'ConditionalExpression') {
    return [...formsOf(node.consequent, constants), ...formsOf(node.alternate, constants)];
  }
  if (node.type === 'LogicalExpression' && node.operator === '??') return [varies, ...formsOf(node.right, constants)];
  if (node.type === 'Identifier') {
    const constant = constants.get(node.name);
    const chosen = constant?.type === 'ConditionalExpression' || constant?.type === 'Literal';
    return chosen ? formsOf(constant, constants) : [varies];
  }
  if (node.type !== 'TemplateLiteral') return [varies];
  let forms = [''];
  for (const [at, quasi] of node.quasis.entries()) {
    const own = quasi.value.cooked ?? '';
    const expression = node.expressions[at];
    const next = expression === undefined ? [''] : formsOf(expression, constants);
    const several = forms.length * next.length > mostForms ? [varies] : next;
    forms = forms.flatMap((form) => several.map((one) => form + own + one));
  }
  return forms;
}

function numbered(form: string): string {
  let at = 0;
  return form.replaceAll(varies, () => `{${at++}}`);
}

/** It begins and ends as a sentence, or with a command, and has words by which it can be recognised; SQL is none. */
function isSentence(text: string): boolean {
  const own = text.replace(/\{\d+\}/g, ' ');
  if (/\n|\b(?:SELECT|UPDATE|DELETE|INSERT)\b|\(\?<|^\w+-\w+:/.test(text) || !/\p{L}{3}/u.test(own)) return false;
  if (/^[a-z][\w.]* (?:[^ ]+ ){3,}.*\.$/.test(text)) return true;
  return /^(?:\p{Lu}|[“"{])/u.test(text) && /(?:[.!?)…]|[:.] \{\d+\})$|[a-z]{2} [^:]*: .*[^:\s]$/.test(text);
}
