/** Calls `call` for each item, at most `width` at a time. Rejects with the first failure. */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  width: number,
  call: (item: T) => Promise<void>,
): Promise<void> {
  const remaining = [...items];
  const worker = async () => {
    for (let item = remaining.shift(); item !== undefined; item = remaining.shift()) await call(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
