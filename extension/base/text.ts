/** Helpers for text on screen that contains input from users and jobs. */
export { hintBesideOutput, hintText, messageText, problemText } from '../../shared/messages/render.ts';
export { type Translate, untranslated } from '../../shared/translate.ts';

/**
 * One line of at most `limit` characters, for labels. Control characters and line breaks become spaces, and characters
 * that change the text direction are removed.
 */
export function oneLine(text: string, limit = 200): string {
  const straight = text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what is removed
  const flat = straight.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
}

/** Escapes text for Markdown, so that no part of it is taken as syntax, a link or an icon. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!~|<>&$:/@"'=]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** A fenced Markdown block, with a fence longer than any run of backticks in the text. */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * Escapes text for messages and prompts, where the editor turns `[name](command:…)` into a link that runs any command.
 * A zero-width character breaks the syntax.
 */
export function escapeLinks(text: string): string {
  return text.replace(/\](?=\()/g, ']\u2060');
}

/** Escapes text for labels, where the editor draws `$(name)` as an icon. */
export function escapeIcons(text: string): string {
  return text.replace(/\$\([a-zA-Z0-9-]+(?:~[a-zA-Z]+)?\)/g, '\\$&');
}
