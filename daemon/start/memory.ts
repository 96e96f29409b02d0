/** Memory that V8 keeps although nothing needs it: it collects when it allocates, which a daemon at rest does not do. */
import { libcSettings } from '../../shared/client/launch.ts';

/** Takes what libc has read by now out of an environment: a job that inherits it is no daemon. */
export function forgetLibcSettings(env: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(libcSettings)) if (env[name] === value) delete env[name];
}

/**
 * Collects all garbage and returns its pages to the system, some 30 ms: after the start, that is half of the memory.
 * Only where V8 was told to offer it (`--expose-gc`, see launch.ts).
 */
export function giveMemoryBack(): void {
  // A plain collection would keep pages for what may come.
  void globalThis.gc?.({ type: 'major', flavor: 'last-resort' });
}
