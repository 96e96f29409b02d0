/** The environment of a job: the submitter's, without the editor's internal variables. */
import type { AttemptRef } from '../../engine.ts';

type Env = Record<string, string>;

/** Variables that control the editor's own processes and break programs that inherit them. */
const editorVariables = /^(ELECTRON_RUN_AS_NODE|ELECTRON_NO_ASAR|VSCODE_.*)$/i;

/** What a job needs to report to the daemon. */
export interface Reporting {
  /** For example `http://127.0.0.1:4711`. */
  url: string;
  /** Valid only for reports on this job. */
  token: string;
  /** The folder of `daemon.json`, where a job finds the address of a restarted daemon. */
  home: string;
  /** A folder that contains the command `jobdeck`, for jobs whose PATH does not include it. */
  bin: string;
}

/** The environment of a job. `PWD` is set to its folder to preserve a path that contains symbolic links. */
export function jobEnvironment(
  env: Env,
  {
    cwd,
    ref,
    token = null,
    platform,
    reporting,
  }: { cwd: string; ref: AttemptRef; token?: string | null; platform: NodeJS.Platform; reporting: Reporting | null },
): Env {
  const kept = Object.entries(env)
    .filter(([name]) => !editorVariables.test(name))
    .map(([name, value]) => [name, isPath(name, platform) ? withFolder(value, reporting?.bin, platform) : value]);
  return {
    ...Object.fromEntries(kept),
    ...(platform === 'win32' ? {} : { PWD: cwd }),
    ...(reporting === null
      ? {}
      : { JOBDECK_URL: reporting.url, JOBDECK_TOKEN: reporting.token, JOBDECK_HOME: reporting.home }),
    JOBDECK_JOB_ID: ref.jobId,
    JOBDECK_ATTEMPT: String(ref.attempt),
    ...(token === null ? {} : { JOBDECK_LAUNCH: token }),
  };
}

function isPath(name: string, platform: NodeJS.Platform): boolean {
  return name === 'PATH' || (platform === 'win32' && name.toUpperCase() === 'PATH');
}

/** A PATH with a folder appended. A folder whose name contains the separator can't be part of a PATH. */
function withFolder(path: string, folder: string | undefined, platform: NodeJS.Platform): string {
  const separator = platform === 'win32' ? ';' : ':';
  if (path === '' || folder === undefined || folder.includes(separator)) return path;
  const folders = path.split(separator);
  return folders.includes(folder) ? path : [...folders, folder].join(separator);
}

/**
 * Whether every POSIX shell passes this environment on unchanged. dash and busybox drop variables whose names are not
 * identifiers, such as functions that bash exports. `SHELLOPTS` changes the behavior of a bash that runs as sh.
 */
export function survivesAnyShell(env: Env): boolean {
  return Object.keys(env).every((name) => /^[A-Za-z_]\w*$/.test(name) && name !== 'SHELLOPTS');
}
