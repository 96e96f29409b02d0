/** The environment of a job: the submitter's own, without what the editor put there for itself. */
import type { AttemptRef } from '../../engine.ts';

type Env = Record<string, string>;

/** Variables by which an editor steers its own processes; a job that inherits them runs wrong. */
const editorsOwn = /^(ELECTRON_RUN_AS_NODE|ELECTRON_NO_ASAR|VSCODE_.*)$/i;

/** What a job needs to report to the daemon. */
export interface Reporting {
  /** Such as `http://127.0.0.1:4711`. */
  url: string;
  /** Good for reports on that job alone. */
  token: string;
  /** Where `daemon.json` tells of another address, should there be one. */
  home: string;
  /** A folder with the command `jobdeck`, for jobs that don't find it on their PATH. */
  bin: string;
}

/** The environment a job gets. `PWD` is set to its folder, so that a path through a symbolic link stays as written. */
export function jobEnvironment(
  env: Env,
  {
    cwd,
    ref,
    platform,
    reporting,
  }: { cwd: string; ref: AttemptRef; platform: NodeJS.Platform; reporting: Reporting | null },
): Env {
  const kept = Object.entries(env)
    .filter(([name]) => !editorsOwn.test(name))
    .map(([name, value]) => [name, isPath(name, platform) ? searched(value, reporting?.bin, platform) : value]);
  return {
    ...Object.fromEntries(kept),
    ...(platform === 'win32' ? {} : { PWD: cwd }),
    ...(reporting === null
      ? {}
      : { JOBDECK_URL: reporting.url, JOBDECK_TOKEN: reporting.token, JOBDECK_HOME: reporting.home }),
    JOBDECK_JOB_ID: ref.jobId,
    JOBDECK_ATTEMPT: String(ref.attempt),
  };
}

function isPath(name: string, platform: NodeJS.Platform): boolean {
  return name === 'PATH' || (platform === 'win32' && name.toUpperCase() === 'PATH');
}

/** A PATH with one more folder at its end. A folder whose name has the separator in it can't be on any. */
function searched(path: string, folder: string | undefined, platform: NodeJS.Platform): string {
  const separator = platform === 'win32' ? ';' : ':';
  if (path === '' || folder === undefined || folder.includes(separator)) return path;
  const folders = path.split(separator);
  return folders.includes(folder) ? path : [...folders, folder].join(separator);
}

/** The entry of `jobEnvironment` by which a process is known to belong to an attempt. */
export function environmentMark(ref: AttemptRef): string[] {
  return [`JOBDECK_JOB_ID=${ref.jobId}`, `JOBDECK_ATTEMPT=${ref.attempt}`];
}

/**
 * Whether every POSIX shell passes this environment on as it is. dash and busybox drop variables whose names are no
 * identifiers, such as the functions bash exports; `SHELLOPTS` changes how a bash called sh works.
 */
export function survivesAnyShell(env: Env): boolean {
  return Object.keys(env).every((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'SHELLOPTS');
}
