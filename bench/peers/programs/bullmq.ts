/** BullMQ: all jobs added at once, one worker with a concurrency of two. */
import { load, runLogged, serve } from './serve.ts';

interface Queue {
  addBulk(jobs: { name: string; data: object }[]): Promise<unknown>;
  close(): Promise<void>;
}
interface Worker {
  on(event: 'completed', listener: () => void): void;
  close(): Promise<void>;
}
interface BullMQ {
  Queue: new (name: string, options: object) => Queue;
  Worker: new (name: string, work: (job: { id: string }) => Promise<void>, options: object) => Worker;
}

const { Queue, Worker }: BullMQ = load('bullmq');
const connection = { host: '127.0.0.1', port: Number(process.env.BENCH_REDIS) };
const queue = new Queue('bench', { connection });
let ended = () => {};
const worker = new Worker('bench', (job) => runLogged(job.id), { connection, concurrency: 2 });
worker.on('completed', () => ended());

async function measure(count: number): Promise<number> {
  const began = performance.now();
  let left = count;
  const all = new Promise<void>((resolve) => {
    ended = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
  await queue.addBulk(Array.from({ length: count }, () => ({ name: 'true', data: {} })));
  await all;
  return performance.now() - began;
}

await serve(measure, async () => {
  await worker.close();
  await queue.close();
});
