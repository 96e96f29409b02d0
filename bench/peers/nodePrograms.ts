/** Peers that are Node libraries, each in a separate process as a program would use it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { isAlive } from '../../tools/host/processes.ts';
import { npmVersion, type Peer, type RunningPeer } from './peer.ts';
import { readPid, versionOf } from './shell.ts';

/** Starts a program from `programs/`. It prints one number when ready, then replies to each number with another. */
export async function startProgram(
  file: string,
  env: Record<string, string>,
): Promise<RunningPeer & { first: number }> {
  const script = join(import.meta.dirname, 'programs', file);
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The program ${file} exited unexpectedly.`);
    return Number(value);
  };
  const first = await next();
  return {
    first,
    async dispatch(count) {
      child.stdin.write(`${count}\n`);
      return next();
    },
    async stop() {
      const ended = once(child, 'exit');
      child.stdin.end();
      await ended;
    },
  };
}

/** Not a peer, but the baseline of any Node daemon. */
export async function startBare(folder: string): Promise<RunningPeer> {
  const program = await startProgram('bare.mjs', { BENCH_LOGS: folder });
  return { ...program, pid: program.first };
}

/** Uses the API. pm2 has no queue, so the program starts the next process when one exits. */
export const pm2: Peer = {
  name: 'pm2',
  version: () => npmVersion('pm2'),
  async start(folder) {
    const program = await startProgram('pm2.ts', { PM2_HOME: folder });
    const pid = readPid(join(folder, 'pm2.pid'));
    return {
      ...program,
      pid,
      async stop() {
        await program.stop();
        process.kill(pid);
        while (isAlive(pid)) await wait(20);
      },
    };
  },
};

/** A queue in Redis with an append-only file, and a worker that starts the commands and writes their logs. */
export const bullmq: Peer = {
  name: 'BullMQ',
  version: async () => ((await versionOf('redis-server', ['--version'])) === null ? null : npmVersion('bullmq')),
  start: (folder) => withRedis('bullmq.ts', folder),
};

/** Starts a BullMQ program together with its Redis. */
export async function withRedis(file: string, folder: string): Promise<RunningPeer> {
  const redis = await startRedis(folder);
  const program = await startProgram(file, { BENCH_REDIS: String(redis.port), BENCH_LOGS: folder });
  return {
    ...program,
    async stop() {
      await program.stop();
      await redis.stop();
    },
  };
}

/** The same with plainjob, which keeps its queue in SQLite. */
export const plainjob: Peer = {
  name: 'plainjob',
  version: () => npmVersion('plainjob'),
  start: (folder) => startProgram('plainjob.ts', { BENCH_LOGS: folder }),
};

interface Redis {
  port: number;
  stop(): Promise<void>;
}

/** Starts Redis on a free port with its data in `folder/redis`. */
async function startRedis(folder: string): Promise<Redis> {
  const [port, dir] = [await freePort(), join(folder, 'redis')];
  mkdirSync(dir);
  const pidFile = join(dir, 'pid');
  const settings = { port, bind: '127.0.0.1', dir, appendonly: 'yes', pidfile: pidFile };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child: ChildProcess = spawn('redis-server', args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!existsSync(pidFile)) await wait(20);
  return {
    port,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('No free port.');
  return address.port;
}
