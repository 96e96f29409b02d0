/** Waits for a promise, but not longer than `ms`. Resolves in any case. */
export async function settleWithin(ms: number, promise: Promise<unknown>): Promise<void> {
  await new Promise<void>((settle) => {
    const timer = setTimeout(settle, ms);
    const done = () => {
      clearTimeout(timer);
      settle();
    };
    promise.then(done, done);
  });
}
