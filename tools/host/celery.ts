/**
 * Celery, Redis and RabbitMQ for the tests of the Python client and of the Celery adapter: the brokers from Debian, Celery
 * from PyPI in an environment of its own.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram, hasApt, installPackages } from './debian.ts';
import { HostError } from './hostError.ts';
import { cache } from './paths.ts';
import { run } from './processes.ts';

/** What pip installs. */
const requirement = 'celery[redis]==5.5.3';

const folder = join(cache, 'celery');
const python = join(folder, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
/** Written after everything was installed: what it was. */
const marker = join(folder, 'complete.txt');

export interface CeleryHost {
  /** The Python that has Celery. */
  python: string;
  redisServer: string;
}

/** RabbitMQ, by programs that let it run as anybody and anywhere. */
export interface RabbitHost {
  server: string;
  /** Erlang's port mapper. */
  epmd: string;
}

/** What is installed already, or null when something is missing. */
export function installedCelery(): CeleryHost | null {
  const redisServer = findProgram('redis-server');
  const isComplete = existsSync(python) && existsSync(marker) && readFileSync(marker, 'utf8') === requirement;
  return redisServer !== null && isComplete ? { python, redisServer } : null;
}

/** Celery and Redis, installed when they are not there yet. Throws a HostError that says what is missing. */
export async function provideCelery(log: (line: string) => void): Promise<CeleryHost> {
  const installed = installedCelery();
  if (installed !== null) return installed;
  await installPackages(await missingPackages(), log, 'The test with Celery');
  await installCelery(log);
  const provided = installedCelery();
  if (provided !== null) return provided;
  throw new HostError('The test with Celery needs redis-server.', 'Install Redis and try again.');
}

/** Where packages put the program itself; the one on the PATH is a wrapper that changes the user. */
const rabbitFolders = ['/usr/lib/rabbitmq/bin', '/usr/local/opt/rabbitmq/sbin', '/opt/homebrew/opt/rabbitmq/sbin'];

/** RabbitMQ as it is installed, or null when it is not. */
export function installedRabbit(): RabbitHost | null {
  const own = rabbitFolders.map((place) => join(place, 'rabbitmq-server')).find((file) => existsSync(file));
  const server = own ?? findProgram('rabbitmq-server');
  const epmd = findProgram('epmd');
  return server === null || epmd === null ? null : { server, epmd };
}

/** RabbitMQ, installed when it is not there yet. Throws a HostError that says what is missing. */
export async function provideRabbit(log: (line: string) => void): Promise<RabbitHost> {
  const installed = installedRabbit();
  if (installed !== null) return installed;
  if (hasApt()) await installPackages(['rabbitmq-server'], log, 'The test with RabbitMQ');
  const provided = installedRabbit();
  if (provided !== null) return provided;
  throw new HostError('The test with RabbitMQ needs rabbitmq-server and epmd.', 'Install RabbitMQ and try again.');
}

async function missingPackages(): Promise<string[]> {
  if (!hasApt()) return [];
  const missing = findProgram('redis-server') === null ? ['redis-server'] : [];
  const interpreter = findProgram('python3');
  // Debian has the module that puts pip into an environment in a package of its own.
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
      `The test with Celery could not be prepared: ${program} ${args.join(' ')} failed:\n${output.trim().slice(-2000)}`,
      'See whether Python 3.9 or later with its venv module is there, and whether PyPI can be reached.',
    );
  }
  writeFileSync(marker, requirement);
}
