/** Scripts of a package.json. */
import type { ProjectScript, ScriptReader, Siblings } from '../projectScript.ts';
import { jsonObject, lineOf } from './json.ts';

export const packageJson: ScriptReader = { files: ['package.json'], read: readPackage };

/** Supported package managers. */
const packageManagers = ['npm', 'pnpm', 'yarn', 'bun'] as const;
export type PackageManager = (typeof packageManagers)[number];

/** Package managers by lock file, for packages that don't name theirs in package.json. */
const lockFiles: Readonly<Record<string, PackageManager>> = {
  'pnpm-lock.yaml': 'pnpm',
  'yarn.lock': 'yarn',
  'bun.lock': 'bun',
  'bun.lockb': 'bun',
};

function readPackage(text: string, { names }: Siblings): ProjectScript[] {
  const manifest = jsonObject(text);
  const manager = packageManagerOf(manifest.packageManager, names);
  const lines = text.split('\n');
  return Object.entries(jsonObject(manifest.scripts)).flatMap(([name, line]) =>
    typeof line === 'string' && name !== ''
      ? [{ name, line, at: lineOf(lines, 'scripts', name), argv: [manager, 'run', name] }]
      : [],
  );
}

/** The package manager, from the field `packageManager` or a lock file in the same folder. Defaults to npm. */
function packageManagerOf(field: unknown, siblings: readonly string[]): PackageManager {
  const named = packageManagers.find((name) => typeof field === 'string' && field.startsWith(`${name}@`));
  return named ?? siblings.map((file) => lockFiles[file]).find((found) => found !== undefined) ?? 'npm';
}
