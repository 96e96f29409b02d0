/** Text bundles, and checks for missing, obsolete and wrong translations. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './collect.ts';

/** Texts by key. */
export type Texts = Readonly<Record<string, string>>;

export const englishFile = 'l10n/bundle.l10n.json';
export const germanFile = 'l10n/bundle.l10n.de.json';
export const englishManifest = 'package.nls.json';
export const germanManifest = 'package.nls.de.json';

/** Formats JSON like the formatter. */
export function fileText(content: unknown): string {
  return `${JSON.stringify(content, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

/** Reads a bundle: texts by key. */
export function readTexts(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
}

/** Texts without a translation, which are shown in English. */
export function missingTexts(english: Texts, translation: Texts): string[] {
  return Object.keys(english).filter((key) => !Object.hasOwn(translation, key));
}

/** Mistakes in a translation as sentences. `english` contains the texts by key. */
export function mistakes(english: Texts, translation: Texts): string[] {
  const obsolete = Object.keys(translation).filter((key) => !Object.hasOwn(english, key));
  const wrong = Object.entries(english).filter(([key, text]) => {
    const translated = translation[key];
    return translated !== undefined && placeholders(text) !== placeholders(translated);
  });
  return [
    ...obsolete.map((key) => `no longer used: ${JSON.stringify(key)}`),
    ...wrong.map(([key]) => `placeholders or commands differ from English: ${JSON.stringify(key)}`),
  ];
}

/** Placeholders, links and commands in a text, which every translation must contain. */
function placeholders(text: string): string {
  const found = text.match(/\{[\w:]+\}|\(command:[^)]+\)|#[\w.]+#/g) ?? [];
  return [...new Set(found)].sort().join(' ');
}
