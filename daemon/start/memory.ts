/** Returns unused memory to the system. V8 collects garbage only when it allocates, which an idle daemon does not do. */
import { libcSettings } from '../../shared/client/launch.ts';

/** Removes settings that libc has already read from an environment, so that jobs do not inherit them. */
export function forgetLibcSettings(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(libcSettings)) if (env[name] === value) delete env[name];
}

/**
 * Collects all garbage and returns its pages to the system, which takes about 30 ms. After the start that halves the
 * memory. Does nothing unless V8 runs with `--expose-gc`, see launch.ts.
 */
export function releaseMemory(): void {
  // A normal collection would keep the pages for later allocations.
  void globalThis.gc?.({ type: 'major', flavor: 'last-resort' });
}
