/** Helpers for peers that are driven by their command line. A small shell script adds the least overhead. */
import { readFileSync } from 'node:fs';
import { run } from '../../tools/host/processes.ts';

/** Runs a script and returns the milliseconds it took. If it fails, throws an error with its output. */
export async function timed(script: string, env: Record<string, string>): Promise<number> {
  const began = performance.now();
  const { code, output } = await run('/bin/sh', ['-c', script], { env: { ...process.env, ...env } });
  const took = performance.now() - began;
  if (code !== 0) throw new Error(`A peer exited with code ${code}:\n${output}`);
  return took;
}

/** The first version number that a program prints, or the version of its Debian package. Null if not installed. */
export async function versionOf(
  program: string,
  args: string[],
  debianPackage: string | null = null,
): Promise<string | null> {
  const reply = await run(program, args).catch(() => null);
  if (reply === null) return null;
  const version = /\d+(\.\d+)+/.exec(reply.output)?.[0];
  if (debianPackage === null) return version ?? 'unknown';
  const packaged = await run('dpkg-query', ['--show', debianPackage]).catch(() => null);
  return packaged?.code === 0 ? (packaged.output.split(/\s/)[1] ?? 'unknown') : (version ?? 'unknown');
}

export function readPid(file: string): number {
  return Number(readFileSync(file, 'utf8'));
}
