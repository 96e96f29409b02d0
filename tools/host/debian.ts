/** Debian packages required by tests. Installed if running as root, otherwise named in the error. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostError } from './hostError.ts';
import { run } from './processes.ts';

/** Tools for building code-server's native modules. */
const buildPackages = ['make', 'g++'];

/** The path of the first of these programs found on the PATH, or null. */
export function findProgram(...names: string[]): string | null {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      for (const suffix of suffixes) {
        if (folder !== '' && existsSync(join(folder, name + suffix))) return join(folder, name + suffix);
      }
    }
  }
  return null;
}

/** Whether apt manages packages here (Debian, Ubuntu and derivatives). */
export function hasApt(): boolean {
  return process.platform === 'linux' && findProgram('apt-get') !== null && findProgram('dpkg-query') !== null;
}

function isInstalled(name: string): boolean {
  const result = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return result.status === 0 && result.stdout.includes('\nStatus: install ok installed\n');
}

/** The include folder of the installed Node headers, for node-gyp. Null if they are not installed. */
export function nodeHeaders(): string | null {
  return existsSync('/usr/include/node/node_api.h') ? '/usr' : null;
}

/** The package that contains a real browser. Ubuntu's package of the same name only installs a snap. */
export function browserPackage(): string | null {
  if (!hasApt()) return null;
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')) ? 'chromium' : null;
}

/** Missing packages for building code-server. Empty on other systems than Debian. */
export async function missingBuildPackages(): Promise<string[]> {
  if (!hasApt()) return [];
  const missing = buildPackages.filter((name) => !isInstalled(name));
  if (findProgram('python3') === null) missing.push('python3');
  if (nodeHeaders() === null && !(await reaches('https://nodejs.org/dist/index.json'))) missing.push('libnode-dev');
  return missing;
}

/** Whether an address responds within a few seconds. */
export async function reaches(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // Any error means unreachable.
  }
}

/** Installs packages with apt-get. If that is not possible, throws a HostError with the command to run. */
export async function installPackages(
  names: string[],
  log: (line: string) => void,
  what = 'The test editor',
): Promise<void> {
  if (names.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new HostError(
      `${what} requires packages that are not installed: ${names.join(', ')}.`,
      `Install them and try again:  sudo apt-get update && sudo ${command}`,
    );
  }
  log(`Installing Debian packages: ${names.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const args = command.split(' ').slice(1);
  const updated = await run('apt-get', ['update'], { env });
  const installed = await run('apt-get', args, { env });
  if (installed.code === 0) return;
  throw new HostError(
    `apt-get could not install ${names.join(', ')}:\n${(updated.output + installed.output).trim().split('\n').slice(-15).join('\n')}`,
    `Install them manually and try again:  ${command}`,
  );
}
