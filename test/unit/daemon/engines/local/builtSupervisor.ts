/** The supervisor in Node, bundled as in the product: from its sources, each start would take four times as long. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'jobdeck-supervisor-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

export const supervisorFile = join(folder, 'supervisor.cjs');

buildSync({
  entryPoints: [join(import.meta.dirname, '../../../../../daemon/engines/local/supervising/supervisor.ts')],
  outfile: supervisorFile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  logLevel: 'error',
});
