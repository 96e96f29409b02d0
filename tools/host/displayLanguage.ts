/** Switches the workbench to another display language without downloading a language pack. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a language available to servers that use this data folder and start with `--locale`. The server only accepts a
 * language with a language pack. This one is empty: the workbench's own texts stay English, but `vscode.env.language`,
 * `vscode.l10n` and extension manifests use the language, as with any other pack.
 */
export function writeLanguagePack(dataDir: string, language: string): void {
  mkdirSync(dataDir, { recursive: true });
  const texts = join(dataDir, `texts.${language}.json`);
  writeFileSync(texts, JSON.stringify({ version: '1.0.0', contents: {} }));
  const id = `test.language-pack-${language}`;
  const pack = {
    hash: 'empty',
    extensions: [{ extensionIdentifier: { id }, version: '1.0.0' }],
    translations: { vscode: texts },
    label: language,
  };
  writeFileSync(join(dataDir, 'languagepacks.json'), JSON.stringify({ [language]: pack }));
}
