/** The files of texts: what a translation lacks, has too much, or has wrong. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { daemonKey } from '../../shared/translate.ts';
import { root } from './collect.ts';

export const englishFile = 'l10n/bundle.l10n.json';
export const germanFile = 'l10n/bundle.l10n.de.json';
export const englishManifest = 'package.nls.json';
export const germanManifest = 'package.nls.de.json';

type Entry = string | { message: string; comment: string[] };

/** The English bundle: the messages by themselves, as `vscode.l10n` has them; a comment is part of the key. */
export function englishBundle(keys: readonly string[]): Record<string, Entry> {
  const entry = (key: string): Entry =>
    key.endsWith(daemonKey) ? { message: key.slice(0, -daemonKey.length), comment: [daemonKey.slice(1)] } : key;
  return Object.fromEntries(keys.map((key) => [key, entry(key)]));
}

/** A file of JSON as the formatter wants it. */
export function fileText(content: unknown): string {
  return `${JSON.stringify(content, null, 2).replace(/\[\s+("[^"]*")\s+\]/g, '[$1]')}\n`;
}

/** A file of texts by their keys. */
export function readTexts(file: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, string>;
}

/** What is wrong with a translation, in a sentence each. `english` are the texts by their keys. */
export function differences(english: Readonly<Record<string, string>>, translation: Readonly<Record<string, string>>) {
  const missing = Object.keys(english).filter((key) => !Object.hasOwn(translation, key));
  const obsolete = Object.keys(translation).filter((key) => !Object.hasOwn(english, key));
  const wrong = Object.entries(english).filter(([key, text]) => {
    const translated = translation[key];
    return translated !== undefined && placeholders(text) !== placeholders(translated);
  });
  return [
    ...missing.map((key) => `not translated: ${JSON.stringify(key)}`),
    ...obsolete.map((key) => `no longer in use: ${JSON.stringify(key)}`),
    ...wrong.map(([key]) => `other placeholders or commands than in English: ${JSON.stringify(key)}`),
  ];
}

/** Values, links and commands in a text; every translation has them all. */
function placeholders(text: string): string {
  const found = text.match(/\{\d+\}|\(command:[^)]+\)|#[\w.]+#/g) ?? [];
  return [...new Set(found)].sort().join(' ');
}

/** The English texts of the code by their keys. */
export function englishTexts(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, key.endsWith(daemonKey) ? key.slice(0, -daemonKey.length) : key]));
}
