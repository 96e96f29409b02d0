/**
 * Celery, Redis and RabbitMQ for the tests of the Python client and the Celery adapter. The brokers come from Debian,
 * and Celery from PyPI in a virtual environment.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, hasApt, installPackages } from './debian.ts';
import { HostError } from './hostError.ts';
import { cache } from './paths.ts';
import { run } from './processes.ts';

/** pip packages to install. */
const requirement = 'celery[redis]==5.5.3';

const folder = join(cache, 'celery');
const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
/** Written when the installation is complete; lists the installed packages. */
const marker = join(folder, 'complete.txt');

export interface CeleryHost {
  /** The Python interpreter with Celery. */
  python: string;
  redisServer: string;
}

/** RabbitMQ programs that can run as any user and in any folder. */
export interface RabbitHost {
  server: string;
  /** Erlang's port mapper. */
  epmd: string;
}

/** The existing installation, or null if something is missing. */
export function installedCelery(): CeleryHost | null {
  const redisServer = findProgram('redis-server');
  const isComplete = existsSync(python) && existsSync(marker) && readFileSync(marker, 'utf8') === requirement;
  return redisServer !== null && isComplete ? { python, redisServer } : null;
}

/** Installs Celery and Redis if necessary. Throws a HostError that names what is missing. */
export async function provideCelery(log: (line: string) => void): Promise<CeleryHost> {
  const installed = installedCelery();
  if (installed !== null) return installed;
  await installPackages(await missingPackages(), log, 'The Celery tests');
  await installCelery(log);
  const provided = installedCelery();
  if (provided !== null) return provided;
  throw new HostError('The Celery tests need redis-server.', 'Install Redis and try again.');
}

/** Packages install the real program here; the one on the PATH is a wrapper that changes the user. */
const rabbitFolders = ['/usr/lib/rabbitmq/bin', '/usr/local/opt/rabbitmq/sbin', '/opt/homebrew/opt/rabbitmq/sbin'];

/** The existing RabbitMQ installation, or null. */
export function installedRabbit(): RabbitHost | null {
  const own = rabbitFolders.map((place) => join(place, 'rabbitmq-server')).find((file) => existsSync(file));
  const server = own ?? findProgram('rabbitmq-server');
  const epmd = findProgram('epmd');
  return server === null || epmd === null ? null : { server, epmd };
}

/** Installs RabbitMQ if necessary. Throws a HostError that names what is missing. */
export async function provideRabbit(log: (line: string) => void): Promise<RabbitHost> {
  const installed = installedRabbit();
  if (installed !== null) return installed;
  if (hasApt()) await installPackages(['rabbitmq-server'], log, 'The RabbitMQ tests');
  const provided = installedRabbit();
  if (provided !== null) return provided;
  throw new HostError('The RabbitMQ tests need rabbitmq-server and epmd.', 'Install RabbitMQ and try again.');
}

async function missingPackages(): Promise<string[]> {
  if (!hasApt()) return [];
  const missing = findProgram('redis-server') === null ? ['redis-server'] : [];
  const interpreter = findProgram('python3');
  // On Debian, the module that adds pip to virtual environments is in a separate package.
  const hasVenv = interpreter !== null && (await run(interpreter, ['-c', 'import ensurepip, venv'])).code === 0;
  return hasVenv ? missing : [...missing, 'python3', 'python3-venv'];
}

async function installCelery(log: (line: string) => void): Promise<void> {
  if (existsSync(marker) && readFileSync(marker, 'utf8') === requirement) return;
  log(`Installing ${requirement}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const steps: [string, string[]][] = [
    [findProgram('python3') ?? 'python3', ['-m', 'venv', folder]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement]],
  ];
  for (const [program, args] of steps) {
    const { code, output } = await run(program, args).catch((error: Error) => ({ code: 1, output: error.message }));
    if (code === 0) continue;
    throw new HostError(
      `Could not install Celery: ${program} ${args.join(' ')} failed:\n${output.trim().slice(-2000)}`,
      'Check that Python 3.9 or later with the venv module is installed and that PyPI is reachable.',
    );
  }
  writeFileSync(marker, requirement);
}
