/** Waits for something, but not for ever: what is let go of may hang. Resolves either way. */
export async function settleWithin(ms: number, waited: Promise<unknown>): Promise<void> {
  await new Promise<void>((settle) => {
    const timer = setTimeout(settle, ms);
    const done = () => {
      clearTimeout(timer);
      settle();
    };
    waited.then(done, done);
  });
}
