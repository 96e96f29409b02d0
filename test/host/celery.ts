/** Celery and Redis for the tests of the Python client: Redis from Debian, Celery from PyPI in an environment of its own. */
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
