/** The shells for the completion tests, installed if Debian packages are available. */
import { findProgram, hasApt, installPackages } from './debian.ts';

const shells = ['zsh', 'fish'];

/** Installs missing shells. Throws a HostError if that fails. Without apt, tests skip missing shells. */
export async function provideShells(log: (line: string) => void): Promise<void> {
  const missing = shells.filter((shell) => findProgram(shell) === null);
  if (missing.length > 0 && hasApt()) await installPackages(missing, log, 'The completion tests');
}
