/** BullMQ's `updateProgress` for one job, with as many calls in flight as a Jobdeck batch holds. */
import { load, serve } from './serve.ts';

interface Job {
  updateProgress(progress: object): Promise<void>;
}
interface Queue {
  add(name: string, data: object): Promise<Job>;
  close(): Promise<void>;
}

const { Queue }: { Queue: new (name: string, options: object) => Queue } = load('bullmq');
const queue = new Queue('progress', { connection: { host: '127.0.0.1', port: Number(process.env.BENCH_REDIS) } });
const job = await queue.add('reporting', {});
const onTheWay = 1_000;

async function measure(count: number): Promise<number> {
  const began = performance.now();
  for (let from = 0; from < count; from += onTheWay) {
    const batch = Array.from({ length: Math.min(onTheWay, count - from) }, (_, n) => from + n);
    await Promise.all(
      batch.map((current) => job.updateProgress({ current, total: count, message: null, phase: null })),
    );
  }
  return performance.now() - began;
}

await serve(measure, () => queue.close());
