/** An extension that does nothing, activated together with Jobdeck: the baseline for the editor's activation times. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The display name listed by _Show Running Extensions_. */
export const emptyExtensionName = 'Does Nothing';

/** Installs it into an editor's extensions folder. Call this before a window is opened. */
export function installEmptyExtension(extensionsDir: string): void {
  const folder = join(extensionsDir, 'bench.nothing-1.0.0');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: 'nothing',
    displayName: emptyExtensionName,
    publisher: 'bench',
    version: '1.0.0',
    engines: { vscode: '^1.90.0' },
    main: './nothing.js',
    activationEvents: ['onStartupFinished'],
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'nothing.js'), 'exports.activate = () => {};');
}
