/** A language other than English for the workbench, where no language pack can be downloaded. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Makes a language the display language of servers with this data folder that are started with `--locale`. The server
 * takes a language only from a language pack; this one is empty, so that the workbench's own texts stay English, but
 * `vscode.env.language`, `vscode.l10n` and manifests of extensions are in that language, as with any other pack.
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
