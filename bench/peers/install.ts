/** `--install-peers`: installs the peers from npm, Debian and crates.io. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, hasApt, installPackages } from '../../tools/host/debian.ts';
import { run } from '../../tools/host/processes.ts';
import { cargoFolder, npmFolder } from './peer.ts';

/** Pinned, so that results stay comparable. Includes the dependencies of BullMQ and plainjob. */
const npmPackages = {
  pm2: '7.0.4',
  bullmq: '6.7.0',
  ioredis: '5.8.2',
  plainjob: '0.0.14',
  'better-sqlite3': '13.2.0',
};
const debianPrograms: Record<string, string> = { tsp: 'task-spooler', nq: 'nq', 'redis-server': 'redis-server' };
const pueueVersion = '4.0.4';

/**
 * Installs what is missing. A peer that can't be installed is logged and skipped; the benchmark reports it as absent.
 */
export async function installPeers(log: (text: string) => void): Promise<void> {
  mkdirSync(npmFolder, { recursive: true });
  writeFileSync(join(npmFolder, 'package.json'), JSON.stringify({ private: true, dependencies: npmPackages }));
  log('installing pm2, bullmq and plainjob');
  await attempt(log, 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], npmFolder);
  const missing = Object.entries(debianPrograms).flatMap(([program, name]) => (findProgram(program) ? [] : [name]));
  if (hasApt()) await installPackages(missing, log, 'The comparison').catch((error) => log(String(error.message)));
  if (findProgram('cargo') === null) return log('skipping pueue, because cargo is not installed');
  log('building pueue (about five minutes the first time)');
  const args = ['install', 'pueue', '--version', pueueVersion, '--locked', '--root', cargoFolder];
  await attempt(log, 'cargo', args);
}

async function attempt(log: (text: string) => void, program: string, args: string[], cwd?: string): Promise<void> {
  const { code, output } = await run(program, args, cwd === undefined ? {} : { cwd });
  if (code !== 0) log(`${program} failed:\n${output.trim().split('\n').slice(-10).join('\n')}`);
}
