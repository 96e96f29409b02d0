/** pm2 through its API: two processes at a time; its bus reports when one exits. */
import { promisify } from 'node:util';
import { load, serve } from './serve.ts';

interface Pm2 {
  connect(done: (error: Error | null) => void): void;
  start(options: object, done: (error: Error | null) => void): void;
  delete(name: string, done: (error: Error | null) => void): void;
  launchBus(done: (error: Error | null, bus: Bus) => void): void;
  disconnect(): void;
}

interface Bus {
  on(event: 'process:event', listener: (about: { event: string; process: { name: string } }) => void): void;
}

const pm2: Pm2 = load('pm2');
await promisify(pm2.connect.bind(pm2))();
const bus = await promisify(pm2.launchBus.bind(pm2))();
const waiting = new Map<string, () => void>();
bus.on('process:event', ({ event, process: { name } }) => {
  if (event === 'exit') waiting.get(name)?.();
});
const start = promisify(pm2.start.bind(pm2));
const remove = promisify(pm2.delete.bind(pm2));

async function one(name: string): Promise<void> {
  const ended = new Promise<void>((resolve) => waiting.set(name, resolve));
  await start({ script: '/bin/true', name, interpreter: 'none', exec_mode: 'fork', autorestart: false });
  await ended;
  waiting.delete(name);
}

async function measure(count: number): Promise<number> {
  const began = performance.now();
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < count; n = next++) await one(`true-${n}`);
  };
  await Promise.all([lane(), lane()]);
  const took = performance.now() - began;
  await remove('all');
  return took;
}

await serve(measure, async () => pm2.disconnect());
process.exit(0);
