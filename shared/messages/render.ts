/** Renders messages in the reader's language. Messages without a translation stay in English. */
import type { Translate } from '../translate.ts';
import type { Message } from './schema.ts';
import { fillTemplate, type Params } from './template.ts';

/** The common fields of messages and problems. */
interface Rendered {
  readonly code?: string | null;
  readonly variant?: string;
  readonly params?: Params;
  readonly message: string;
}

/** Suffixes of the keys of hints and plural forms. */
export const hintKey = '#hint';
export const formKey = (form: string) => `#${form}`;

/** The text of a message or a problem. */
export function messageText(message: Rendered, t: Translate): string {
  return render(keyOf(message), message.params, message.message, t, 0);
}

/** What to do about a problem; null if unknown. */
export function hintText(problem: Rendered & { readonly hint: string | null }, t: Translate): string | null {
  return problem.hint === null ? null : render(`${keyOf(problem)}${hintKey}`, problem.params, problem.hint, t, 0);
}

/**
 * The hint of a problem beside the output of the job: without the line of output that it quotes at its end, after a word such
 * as “Output:”.
 */
export function hintBesideOutput(problem: Rendered & { readonly hint: string | null }, t: Translate): string | null {
  const hint = hintText(problem, t);
  const line = problem.params?.line;
  if (hint === null || typeof line !== 'string' || line === '' || !hint.endsWith(line)) return hint;
  return hint.slice(0, -line.length).replace(/\s\S+:\s*$/, '');
}

/** Message and hint, as one text. */
export function problemText(problem: Rendered & { readonly hint: string | null }, t: Translate): string {
  return [messageText(problem, t), hintText(problem, t) ?? ''].join(' ').trim();
}

/** The key of the template of a message or a problem. */
export function keyOf({ code, variant }: Rendered): string {
  return variant === undefined ? (code ?? '') : `${code}/${variant}`;
}

function render(key: string, params: Params | undefined, english: string, t: Translate, depth: number): string {
  const template = templateOf(key, params, t);
  // Earlier versions recorded only the text, without parameters.
  if (template === undefined || params === undefined) return english;
  const write = (message: Message, below: number) => render(message.code, message.params, message.message, t, below);
  return fillTemplate(template, params, t, write, depth);
}

function templateOf(key: string, params: Params | undefined, t: Translate): string | undefined {
  if (t.template === undefined) return undefined;
  const count = params?.count;
  if (typeof count !== 'number') return t.template(key);
  const form = new Intl.PluralRules(t.language ?? 'en').select(count);
  return t.template(key + formKey(form)) ?? t.template(key + formKey('other')) ?? t.template(key);
}
