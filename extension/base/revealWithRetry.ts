/** Reveals rows that were just added: the editor can't find a row while it is still processing a change of the tree. */

/** Number of attempts, and the milliseconds between them. */
const tries = 10;
const pause = 200;

/**
 * Reveals a row that was just added. Never rejects: if the row can't be revealed, only the selection stays where it was.
 */
export async function revealWithRetry(reveal: () => Thenable<void>, wait = pause): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      await reveal();
      return;
    } catch {
      if (left > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
