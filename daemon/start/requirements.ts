/** What the daemon needs of the machine, checked before the native SQLite binding is loaded. */
import { JobdeckError } from '../../shared/errors.ts';

/** What runs the daemon. */
export interface Runtime {
  /** Such as `22.14.0`. */
  node: string;
  /** Version of Node-API, such as `10`. */
  napi: string;
  /** Version of the C library; null where it is not glibc. */
  glibc: string | null;
}

/** Below it, loading better-sqlite3 ends in a segmentation fault instead of an error. */
const minimumNapi = 10;
const minimumNode = 22;
/** The prebuilt binding is linked against it. */
const minimumGlibc = [2, 34] as const;

/** What runs this process. */
export function thisRuntime(): Runtime {
  const { node, napi } = process.versions;
  return { node, napi: napi ?? '0', glibc: process.platform === 'linux' ? glibcVersion() : null };
}

function glibcVersion(): string | null {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime ?? null;
}

/**
 * Refuses a runtime on which the daemon cannot work.
 * @throws JobdeckError NODE_TOO_OLD, GLIBC_TOO_OLD
 */
export function checkRequirements(runtime: Runtime): void {
  if (Number.parseInt(runtime.node, 10) < minimumNode || Number(runtime.napi) < minimumNapi) {
    throw new JobdeckError(
      'NODE_TOO_OLD',
      `Jobdeck needs Node.js 22.14 or later; this is ${runtime.node}.`,
      'Install a current Node.js from https://nodejs.org, or run Jobdeck from VS Code, which brings its own.',
    );
  }
  if (runtime.glibc !== null && isBelow(runtime.glibc, minimumGlibc)) {
    throw new JobdeckError(
      'GLIBC_TOO_OLD',
      `Jobdeck needs glibc ${minimumGlibc.join('.')} or later; this system has ${runtime.glibc}.`,
      'Use a newer Linux release, such as Debian 12, Ubuntu 22.04 or RHEL 9.',
    );
  }
}

function isBelow(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
}
