/** Order of asynchronous work. */

export interface Turns {
  /** Runs a task when all earlier ones are done. The caller handles its failure, which does not block the next task. */
  add<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when all tasks are done. */
  done(): Promise<void>;
}

export function inTurn(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return {
    add(task) {
      const done = last.then(task);
      last = done.catch(() => undefined);
      return done;
    },
    done: async () => void (await last),
  };
}

/** Waits for an outcome, which the returned function then gives. */
export async function settled<T>(outcome: Promise<T>): Promise<() => Promise<T>> {
  await outcome.catch(() => undefined);
  return () => outcome;
}
