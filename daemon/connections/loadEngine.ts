/** Loads remote engines, which are separate bundles: without a connection, none is loaded. */
import { join } from 'node:path';
import type { ConnectionSettings, RemoteEngineName } from '../../shared/connection.ts';
import type { EngineModule } from './connections.ts';

export async function loadEngine(engine: RemoteEngineName): Promise<EngineModule> {
  // The bundles are in the same folder as the daemon's.
  const loaded = require(join(__dirname, `${engine}.js`)) as EngineModule;
  const checked = (settings: ConnectionSettings) => {
    if (settings.engine !== engine) throw new TypeError(`Settings for ${settings.engine} were passed to ${engine}.`);
    return settings;
  };
  return {
    open: (settings, deps) => loaded.open(checked(settings), deps),
    test: (settings) => loaded.test(checked(settings)),
  };
}
