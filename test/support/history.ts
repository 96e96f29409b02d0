/** Creates a history quickly, with reported jobs instead of processes. */
import type { DaemonClient } from '../../shared/client/http.ts';

/** Number of concurrent requests. */
const atATime = 100;

/** Reports finished jobs with the titles `<type> <number>`. Every tenth one failed. Returns the ID of the last. */
export async function fillHistory(client: DaemonClient, count: number, type: string): Promise<string> {
  const one = async (n: number) => {
    const { job } = await client.startReported({ title: `${type} ${n}`, type });
    const end = n % 10 === 0 ? { kind: 'fail' as const, message: 'no luck' } : { kind: 'complete' as const };
    await client.report(job.id, end);
    return job.id;
  };
  // In batches, so that the first jobs are also the oldest.
  for (let from = 0; from < count - 1; from += atATime) {
    await Promise.all(Array.from({ length: Math.min(atATime, count - 1 - from) }, (_, n) => one(from + n)));
  }
  return await one(count - 1);
}
