/** Limits how long the daemon may take for something while nothing else disturbs it. */
import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds, on a busy machine. */
const patience = 60_000;

/** Waits for something that the daemon must do, and reports that it didn't. `what`: such as `start`. */
export async function inTime(
  what: string,
  act: () => Promise<unknown>,
  violation: (text: string) => void,
): Promise<void> {
  const over = new AbortController();
  const late = pause(patience, true, { signal: over.signal }).catch(() => false);
  const acting = act().then(() => false);
  acting.catch(() => {}); // It may fail at the end of the round, when nothing waits for it.
  const isLate = await Promise.race([late, acting]);
  over.abort();
  if (isLate) violation(`The daemon did not ${what} within ${patience / 1000} s.`);
}
