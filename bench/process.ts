/** The built daemon on a home of the benchmark's own. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DaemonClient } from '../shared/client/http.ts';
import { startDaemon } from '../shared/client/launch.ts';
import { untilGone } from '../shared/client/process.ts';
import type { DaemonInfo } from '../shared/protocol.ts';

const daemonFile = resolve(import.meta.dirname, '../dist/daemon.js');

export interface Measured {
  client: DaemonClient;
  info: DaemonInfo;
  /** From the start of the process until it said that it is ready. */
  readyMs: number;
  /** Resident memory now. */
  megabytes(): number;
  stop(): Promise<void>;
}

/** Starts a daemon that keeps all jobs for ever. */
export async function startMeasured(home: string): Promise<Measured> {
  writeFileSync(join(home, 'config.json'), JSON.stringify({ retention: { days: 0, jobs: 0 } }));
  const began = performance.now();
  const info = await startDaemon({ home, daemonFile });
  const readyMs = performance.now() - began;
  const client = new DaemonClient(info);
  return {
    client,
    info,
    readyMs,
    megabytes: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(info.pid)], { encoding: 'utf8' })) / 1000,
    async stop() {
      await client.stop();
      client.close();
      if (!(await untilGone(info.pid, 10_000))) throw new Error(`The daemon (process ${info.pid}) did not stop.`);
    },
  };
}
