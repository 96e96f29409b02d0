/** Peers that are driven by their command lines, from a small shell script, which costs them least. */
import { readFileSync } from 'node:fs';
import { run } from '../../tools/host/processes.ts';

/** Runs a script and returns the milliseconds it took. Throws with its output when it fails. */
export async function timed(script: string, env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const { code, output } = await run('/bin/sh', ['-c', script], { env: { ...process.env, ...env } });
  const took = performance.now() - began;
  if (code !== 0) throw new Error(`A peer failed with ${code}:\n${output}`);
  return took;
}

/** The version in the first line that a program prints, or of its Debian package; null when it is not there. */
export async function versionOf(
  program: string,
  args: string[],
  debianPackage: string | null = null,
): Promise<string | null> {
  const asked = await run(program, args).catch(() => null);
  if (asked === null) return null;
  const said = /\d+(\.\d+)+/.exec(asked.output)?.[0];
  if (debianPackage === null) return said ?? 'unknown';
  const packaged = await run('dpkg-query', ['--show', debianPackage]).catch(() => null);
  return packaged?.code === 0 ? (packaged.output.split(/\s/)[1] ?? 'unknown') : (said ?? 'unknown');
}

export function readPid(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}
