/** Installs the command line tool on the user's PATH: a link in `~/.local/bin`. Pure except for files. */
import { lstatSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** What is at the place of the command. */
export type Place = 'free' | 'ours' | 'foreign';

export interface UserPath {
  /** Folder of the user's own programs. */
  readonly folder: string;
  /** The path of the command that is installed. */
  readonly file: string;
}

export function userPathIn(home: string): UserPath {
  const folder = join(home, '.local', 'bin');
  return { folder, file: join(folder, 'jobdeck') };
}

/** Whether the command can be installed or removed. Throws system errors. */
export function lookAt({ file }: UserPath): Place {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined) return 'free';
  if (!found.isSymbolicLink()) return 'foreign';
  // The editors of the VS Code family have a folder each. The link of another one may be replaced.
  const target = readlinkSync(file);
  return target.endsWith(join('jobdeck.jobdeck', 'bin', 'jobdeck')) || isLauncher(target) ? 'ours' : 'foreign';
}

function isLauncher(target: string): boolean {
  try {
    return readFileSync(target, 'utf8').startsWith('#!/bin/sh\nELECTRON_RUN_AS_NODE=1 ELECTRON_NO_ASAR=1 exec ');
  } catch {
    return false;
  }
}

/** Links the command to the launcher. Call it only if the place is free or ours. Throws system errors. */
export function install({ folder, file }: UserPath, launcher: string): void {
  mkdirSync(folder, { recursive: true });
  rmSync(file, { force: true });
  symlinkSync(launcher, file);
}

/** Call it only if the command is ours. Throws system errors. */
export function uninstall({ file }: UserPath): void {
  rmSync(file);
}

/** Whether shells find programs in this folder. */
export function isOnPath(folder: string, path: string | undefined): boolean {
  return (path ?? '').split(delimiter).some((one) => one !== '' && join(one, '.') === join(folder, '.'));
}

/** The command line that adds the folder to the PATH of the user's shell. */
export function pathCommand(folder: string, shell: string | undefined): string {
  const name = (shell ?? '').split('/').at(-1);
  if (name === 'fish') return `fish_add_path '${folder}'`;
  const file = name === 'zsh' ? '~/.zshrc' : name === 'bash' ? '~/.bashrc' : '~/.profile';
  return `echo 'export PATH="${folder}:$PATH"' >> ${file}`;
}
