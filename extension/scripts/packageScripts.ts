/** Parses the scripts of a package.json. Pure. */
import type { Command } from '../../shared/job.ts';

/** Supported package managers. */
const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type PackageManager = (typeof packageManagers)[number];

export interface PackageScript {
  readonly name: string;
  /** The command in package.json. */
  readonly line: string;
  /** Its line in package.json, from 0. */
  readonly at: number;
}

/** Package managers by lock file, for packages that don't name theirs in package.json. */
const lockFiles: Readonly<Record<string, PackageManager>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

/** The scripts in file order. Empty if the text is not a package.json with scripts. */
export function parseScripts(text: string): PackageScript[] {
  const { scripts } = parseManifest(text);
  if (typeof scripts !== 'object' || scripts === null) return [];
  const lines = text.split('\n');
  return Object.entries(scripts).flatMap(([name, line]) =>
    typeof line === 'string' && name !== '' ? [{ name, line, at: lineOf(lines, name) }] : [],
  );
}

/** The package manager, from the field `packageManager` or a lock file in the same folder. Defaults to npm. */
export function packageManagerOf(text: string, siblings: readonly string[]): PackageManager {
  const { packageManager } = parseManifest(text);
  const named = packageManagers.find(
    (name) => typeof packageManager === 'string' && packageManager.startsWith(`${name}@`),
  );
  return named ?? siblings.map((file) => lockFiles[file]).find((found) => found !== undefined) ?? 'npm';
}

/** The command that runs a script. On Windows, package managers are batch files, which need a shell. */
export function scriptCommand(manager: PackageManager, name: string, platform: NodeJS.Platform): Command {
  if (platform !== 'win32') return { argv: [manager, 'run', name] };
  return { shell: `${manager} run "${name.replaceAll('"', '""')}"` };
}

function parseManifest(text: string): { scripts?: unknown; packageManager?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // The file is being edited. There are no scripts until it can be parsed again.
    return {};
  }
}

function lineOf(lines: readonly string[], name: string): number {
  const from = lines.findIndex((line) => /"scripts"\s*:/.test(line));
  const at = lines.findIndex((line, index) => index >= from && line.includes(`${JSON.stringify(name)}`));
  return Math.max(0, at);
}
