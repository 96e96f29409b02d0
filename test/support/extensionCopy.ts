/** A copy of this checkout's built extension in a separate folder, so that parts of it can be replaced. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';

const parts = ['dist', 'l10n', 'media', 'package.json', 'package.nls.json', 'package.nls.de.json'];

export class ExtensionCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-extension-'));

  constructor() {
    // Copies instead of links, because VS Code provides its API only to files that are really in the folder.
    for (const part of parts) {
      const filter = (path: string) => !path.endsWith('.map') && path !== join(root, 'dist', 'test');
      cpSync(join(root, part), join(this.folder, part), { recursive: true, filter });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
