/** The files of texts: what a translation lacks, has too much, or has wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './collect.ts';

/** Texts by key. */
export type Texts = Readonly<Record<string, string>>;

export const englishFile = 'l10n/bundle.l10n.json';
export const germanFile = 'l10n/bundle.l10n.de.json';
export const englishManifest = 'package.nls.json';
export const germanManifest = 'package.nls.de.json';

/** A file of JSON as the formatter wants it. */
export function fileText(content: unknown): string {
  return `${JSON.stringify(content, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

/** A file of texts by their keys. */
export function readTexts(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
}

/** Texts that a translation lacks: they are shown in English. */
export function missingTexts(english: Texts, translation: Texts): string[] {
  return Object.keys(english).filter((key) => !Object.hasOwn(translation, key));
}

/** What is wrong with a translation, in a sentence each. `english` are the texts by their keys. */
export function mistakes(english: Texts, translation: Texts): string[] {
  const obsolete = Object.keys(translation).filter((key) => !Object.hasOwn(english, key));
  const wrong = Object.entries(english).filter(([key, text]) => {
    const translated = translation[key];
    return translated !== undefined && placeholders(text) !== placeholders(translated);
  });
  return [
    ...obsolete.map((key) => `no longer in use: ${JSON.stringify(key)}`),
    ...wrong.map(([key]) => `other placeholders or commands than in English: ${JSON.stringify(key)}`),
  ];
}

/** Values, links and commands in a text; every translation has them all. */
function placeholders(text: string): string {
  const found = text.match(/\{[\w:]+\}|\(command:[^)]+\)|#[\w.]+#/g) ?? [];
  return [...new Set(found)].sort().join(' ');
}
