/** The shells whose completion the tests try: installed where Debian's packages can be had. */
import { findProgram, hasApt, installPackages } from './debian.ts';

const shells = ['zsh', 'fish'];

/** Installs what is missing. Throws a HostError when that fails; without apt a shell that is missing is not tried. */
export async function provideShells(log: (line: string) => void): Promise<void> {
  const missing = shells.filter((shell) => findProgram(shell) === null);
  if (missing.length > 0 && hasApt()) await installPackages(missing, log, 'The test of completion');
}
