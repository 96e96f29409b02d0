/** plainjob: jobs added one by one (it has no bulk API), two workers that run one job each. */
import { join } from 'node:path';
import { load, runLogged, serve } from './serve.ts';

interface Plainjob {
  better(database: object): object;
  defineQueue(options: object): { add(type: string, data: object): void; close(): void };
  defineWorker(
    type: string,
    work: (job: { id: number }) => Promise<void>,
    options: object,
  ): { start(): Promise<void>; stop(): Promise<void> };
}

const { better, defineQueue, defineWorker }: Plainjob = load('plainjob');
const Database: new (file: string) => { pragma(text: string): void } = load('better-sqlite3');
const database = new Database(join(process.env.BENCH_LOGS ?? '', 'plainjob.db'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = NORMAL');
const quiet = { error: console.error, warn: console.error, info: () => {}, debug: () => {} };
const queue = defineQueue({ connection: better(database), logger: quiet });
let ended = () => {};
const options = { queue, pollIntervall: 1, onCompleted: () => ended(), logger: quiet };

async function measure(count: number): Promise<number> {
  const began = performance.now();
  let left = count;
  const all = new Promise<void>((resolve) => {
    ended = () => {
      left -= 1;
      if (left === 0) resolve();
    };
  });
  // Polling workers leak memory, so each round uses new ones.
  const workers = [0, 1].map(() => defineWorker('true', ({ id }) => runLogged(String(id)), options));
  for (const worker of workers) void worker.start();
  for (let n = 0; n < count; n += 1) queue.add('true', {});
  await all;
  const took = performance.now() - began;
  await Promise.all(workers.map((worker) => worker.stop()));
  return took;
}

await serve(measure, async () => queue.close());
process.exit(0);
