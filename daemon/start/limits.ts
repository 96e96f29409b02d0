/** Resource limits that the daemon inherited. They are meant for the session it was started from, not for the daemon. */
import { execFileSync } from 'node:child_process';
import { limitsOf } from '../../shared/client/limits.ts';
import { startProblem } from '../../shared/messages/start.ts';

/** Those that would end the daemon, or keep it from writing its database. */
const harmful = ['fsize', 'cpu', 'as', 'data'] as const;
/** Bytes without which the database could not grow. */
const smallestFile = 67_108_864;

/**
 * Raises soft limits to the hard ones, on Linux. Jobs get the limits of their submitter. Returns why it failed, or null.
 * @throws JobdeckError DAEMON_START_FAILED if the database could not grow
 */
export function raiseSoftLimits(): unknown {
  const limits = limitsOf('self');
  const { fsize } = limits;
  if (fsize?.hard != null && fsize.hard < smallestFile) {
    throw startProblem('DAEMON_START_FAILED/fileSizeLimit', { bytes: fsize.hard });
  }
  const changes = harmful.flatMap((name) => {
    const { soft = null, hard = null } = limits[name] ?? {};
    return soft === hard ? [] : [`--${name}=${hard ?? 'unlimited'}:${hard ?? 'unlimited'}`];
  });
  if (changes.length === 0) return null;
  try {
    execFileSync('prlimit', ['--pid', String(process.pid), ...changes], { stdio: 'ignore' });
    return null;
  } catch (error) {
    return error;
  }
}
