/** Texts on screen: how what users and jobs wrote is put into them. */
export { hintText, messageText, problemText } from '../../shared/messages/render.ts';
export { type Translate, untranslated } from '../../shared/translate.ts';

/**
 * One line, at most `limit` characters, for labels: control characters and line breaks become spaces, and what turns the
 * direction of the text beside it goes.
 */
export function oneLine(text: string, limit = 200): string {
  const straight = text.replace(/[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const flat = straight.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return flat.length <= limit ? flat : `${flat.slice(0, limit - 1)}…`;
}

/** Text as it is inside Markdown: no character of it is syntax, a link or an icon. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!~|<>&$:/@"'=]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text as a fenced block of Markdown, whatever backticks are in it. */
export function codeBlock(text: string, language = ''): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}

/**
 * Text for messages and prompts, in which the editor would make a link of `[name](command:…)` that runs any command of
 * the editor. A zero-width character keeps the two apart.
 */
export function escapeLinks(text: string): string {
  return text.replace(/\](?=\()/g, ']\u2060');
}

/** Text for labels in which the editor would draw `$(name)` as an icon. */
export function escapeIcons(text: string): string {
  return text.replace(/\$\([a-zA-Z0-9-]+(?:~[a-zA-Z]+)?\)/g, '\\$&');
}
