/** Checks that the daemon can run on this machine, before the native SQLite binding is loaded. */
import { startProblem } from '../../shared/messages/start.ts';

/** Versions of what runs the daemon. */
export interface Runtime {
  /** Such as `22.14.0`. */
  node: string;
  /** The version of Node-API, such as `10`. */
  napi: string;
  /** The version of the C library; null if it is not glibc. */
  glibc: string | null;
}

/** With older versions, loading better-sqlite3 crashes with a segmentation fault instead of an error. */
const minimumNapi = 10;
const minimumNode = 22;
/** The version that the prebuilt binding is linked against. */
const minimumGlibc = [2, 34] as const;

/** The versions of this process. */
export function thisRuntime(): Runtime {
  const { node, napi } = process.versions;
  return { node, napi: napi ?? '0', glibc: process.platform === 'linux' ? glibcVersion() : null };
}

function glibcVersion(): string | null {
  const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime ?? null;
}

/**
 * Rejects a runtime on which the daemon cannot run.
 * @throws JobdeckError NODE_TOO_OLD, GLIBC_TOO_OLD
 */
export function checkRequirements(runtime: Runtime): void {
  if (Number.parseInt(runtime.node, 10) < minimumNode || Number(runtime.napi) < minimumNapi) {
    throw startProblem('NODE_TOO_OLD', { version: runtime.node });
  }
  if (runtime.glibc !== null && isBelow(runtime.glibc, minimumGlibc)) {
    throw startProblem('GLIBC_TOO_OLD', { minimum: minimumGlibc.join('.'), version: runtime.glibc });
  }
}

function isBelow(version: string, [major, minor]: readonly [number, number]): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  return a < major || (a === major && b < minor);
}
