/** An extension that does nothing, started at the same moment as Jobdeck: what the editor says of the activation of any. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** As _Show Running Extensions_ names it. */
export const emptyExtensionName = 'Does Nothing';

/** Into the folder of an editor's installed extensions, before a window is opened. */
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
