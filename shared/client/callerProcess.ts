/** What a job inherits from the process that submits it. */
import { getPriority } from 'node:os';
import type { ProcessSettings } from '../job.ts';
import { type Limits, limitsOf, lower } from './limits.ts';

/** The umask, nice value and resource limits of the caller of this process; none on Windows. */
export function callerProcess(): ProcessSettings {
  if (process.platform === 'win32') return {};
  const limits = callerLimits();
  return { ...ownProcess(), ...(Object.keys(limits).length === 0 ? {} : { limits }) };
}

/** The umask and nice value of this process; none on Windows. */
export function ownProcess(): ProcessSettings {
  return process.platform === 'win32' ? {} : { umask: process.umask(), nice: getPriority() };
}

/**
 * Node raises its own limit of open files to the hard limit when it starts, so that one is the parent's. It can't be
 * higher than the hard limit here.
 */
function callerLimits(): Limits {
  const own = limitsOf('self');
  const { nofile } = own;
  const parent = limitsOf(process.ppid).nofile;
  if (nofile === undefined || parent === undefined) return own;
  return { ...own, nofile: { soft: lower(parent.soft, nofile.hard), hard: nofile.hard } };
}
