/** Texts on screen: how they get translated, and how what users and jobs wrote is put into them. */

/** As `vscode.l10n.t`: the message in the user's language with `{0}`, `{1}`… filled in. */
export type Translate = (message: string, ...values: (string | number)[]) => string;

/** Fills in without translating, for where there is no editor. */
export const untranslated: Translate = (message, ...values) =>
  message.replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));

/** One line, at most `limit` characters, for labels: control characters and line breaks become spaces. */
export function oneLine(text: string, limit = 200): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const flat = text.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
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

/** Text for labels in which the editor would draw `$(name)` as an icon. */
export function escapeIcons(text: string): string {
  return text.replace(/\$\([a-zA-Z0-9-]+(?:~[a-zA-Z]+)?\)/g, '\\$&');
}
