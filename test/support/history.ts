/** A history to look at, made quickly: by reports instead of processes. */
import type { DaemonClient } from '../../shared/client/http.ts';

/** Jobs reported at a time. */
const atATime = 100;

/** Reports so many jobs that have ended, `<type> <number>` by title, each tenth of them failed. Returns the id of the last. */
export async function fillHistory(client: DaemonClient, count: number, type: string): Promise<string> {
  const one = async (n: number) => {
    const { job } = await client.startReported({ title: `${type} ${n}`, type });
    const end = n % 10 === 0 ? { kind: 'fail' as const, message: 'no luck' } : { kind: 'complete' as const };
    await client.report(job.id, end);
    return job.id;
  };
  // Some after the others, so that the first are also the oldest.
  for (let from = 0; from < count - 1; from += atATime) {
    await Promise.all(Array.from({ length: Math.min(atATime, count - 1 - from) }, (_, n) => one(from + n)));
  }
  return await one(count - 1);
}
