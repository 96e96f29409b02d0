/** The code of engines beyond this machine, in bundles of their own: without a connection nothing of it is loaded. */
import { join } from 'node:path';
import type { ConnectionSettings, RemoteEngineName } from '../../shared/connection.ts';
import type { EngineModule } from './connections.ts';

/** The engine's module, loaded when it is first asked for. */
export async function loadEngine(engine: RemoteEngineName): Promise<EngineModule> {
  // Beside the bundle of this file.
  const loaded = require(join(__dirname, `${engine}.js`)) as EngineModule;
  const belongs = (settings: ConnectionSettings) => {
    if (settings.engine !== engine) throw new TypeError(`Settings of ${settings.engine} were given to ${engine}.`);
    return settings;
  };
  return {
    open: (settings, deps) => loaded.open(belongs(settings), deps),
    test: (settings) => loaded.test(belongs(settings)),
  };
}
