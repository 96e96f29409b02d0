/** Debian packages that tests need: installed when root, otherwise named. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostError } from './hostError.ts';
import { run } from './processes.ts';

/** Libraries and tools that code-server's native modules are built with. */
const buildPackages = ['libkrb5-dev', 'libx11-dev', 'libxkbfile-dev', 'libsecret-1-dev', 'pkg-config', 'make', 'g++'];

/** First place on the PATH where one of these programs is. */
export function findProgram(...names: string[]): string | null {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of names) {
      for (const ending of endings) {
        if (folder !== '' && existsSync(join(folder, name + ending))) return join(folder, name + ending);
      }
    }
  }
  return null;
}

/** Whether packages are managed by apt here (Debian, Ubuntu and their kin). */
export function hasApt(): boolean {
  return process.platform === 'linux' && findProgram('apt-get') !== null && findProgram('dpkg-query') !== null;
}

function isInstalled(name: string): boolean {
  const asked = spawnSync('dpkg-query', ['--status', name], { encoding: 'utf8' });
  return asked.status === 0 && asked.stdout.includes('\nStatus: install ok installed\n');
}

/** Where Node's headers are installed, as node-gyp wants it; null when they are not. */
export function nodeHeaders(): string | null {
  return existsSync('/usr/include/node/node_api.h') ? '/usr' : null;
}

/** The package with a real browser in it; Ubuntu's of the same name only points to a snap. */
export function browserPackage(): string | null {
  if (!hasApt()) return null;
  return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8')) ? 'chromium' : null;
}

/** Packages missing here to build code-server. Elsewhere than on Debian nobody can tell: none. */
export async function missingBuildPackages(): Promise<string[]> {
  if (!hasApt()) return [];
  const missing = buildPackages.filter((name) => !isInstalled(name));
  if (findProgram('python3') === null) missing.push('python3');
  if (nodeHeaders() === null && !(await reaches('https://nodejs.org/dist/index.json'))) missing.push('libnode-dev');
  return missing;
}

/** Whether an address answers within seconds. */
export async function reaches(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false; // Not reachable is the answer, whatever the reason.
  }
}

/** Installs packages by apt-get. Throws a HostError with the command to type when that is not possible. */
export async function installPackages(
  names: string[],
  log: (line: string) => void,
  what = 'The editor that the tests run in',
): Promise<void> {
  if (names.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${names.join(' ')}`;
  if (process.getuid?.() !== 0) {
    throw new HostError(
      `${what} needs packages this machine lacks: ${names.join(', ')}.`,
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
    `Install them by hand and try again:  ${command}`,
  );
}
