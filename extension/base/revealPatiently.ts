/** Rows that have just come: the editor finds none of them while it takes in that rows have changed. */

/** How often such a row is looked for, and milliseconds in between. */
const tries = 10;
const pause = 200;

/**
 * Selects a row that has just come. In the end it is only the selection that stays where it was, which is not worth a
 * message: never rejects.
 */
export async function revealPatiently(reveal: () => Thenable<void>, wait = pause): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      await reveal();
      return;
    } catch {
      if (left > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    }
  }
}
