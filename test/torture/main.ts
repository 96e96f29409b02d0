/** `npm run torture`: builds, then runs run.ts in a private mount namespace if possible. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { inMountNamespace } from './mountNamespace.ts';

const built = spawnSync(process.execPath, ['esbuild.mjs', 'daemon'], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(2);
const { command, args, env } = inMountNamespace([join(import.meta.dirname, 'run.ts'), ...process.argv.slice(2)]);
const { code } = await run(command, args, { env, stdio: 'inherit' });
process.exitCode = code ?? 1;
