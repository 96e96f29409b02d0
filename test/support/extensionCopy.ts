/** This checkout's extension, built, in a folder of its own: where a part of it can be another one. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';

const parts = ['dist', 'l10n', 'media', 'package.json', 'package.nls.json', 'package.nls.de.json'];

export class ExtensionCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-extension-'));

  constructor() {
    // No links: the editor gives its API only to what really lies in the folder.
    for (const part of parts) {
      const filter = (path: string) => !path.endsWith('.map') && path !== join(root, 'dist', 'test');
      cpSync(join(root, part), join(this.folder, part), { recursive: true, filter });
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
