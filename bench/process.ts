/** Runs the built daemon in a separate home. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DaemonClient } from '../shared/client/http.ts';
import { startDaemon } from '../shared/client/launch.ts';
import { untilGone } from '../shared/client/process.ts';
import type { DaemonInfo } from '../shared/daemon.ts';

const daemonFile = resolve(import.meta.dirname, '../dist/daemon.js');

export interface Measured {
  client: DaemonClient;
  info: DaemonInfo;
  /** From process start until the daemon reported that it is ready. */
  readyMs: number;
  /** Current resident memory. */
  megabytes(): number;
  /** CPU milliseconds used so far. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Starts a daemon. By default it keeps all jobs forever. */
export async function startMeasured(home: string, retention = { days: 0, jobs: 0 }): Promise<Measured> {
  writeFileSync(join(home, 'config.json'), JSON.stringify({ retention }));
  const began = performance.now();
  const info = await startDaemon({ home, daemonFile });
  const readyMs = performance.now() - began;
  const client = new DaemonClient(info);
  return {
    client,
    info,
    readyMs,
    megabytes: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(info.pid)], { encoding: 'utf8' })) / 1000,
    cpuMs: () => cpuMs(info.pid),
    async stop() {
      await client.stop();
      client.close();
      if (!(await untilGone(info.pid, 10_000))) throw new Error(`The daemon (process ${info.pid}) did not stop.`);
    },
  };
}

/** Reads `/proc` where it exists (in hundredths of a second), otherwise `ps`. */
function cpuMs(pid: number): number {
  if (process.platform === 'linux') {
    const [user = Number.NaN, system = Number.NaN] = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .slice(11, 13)
      .map(Number);
    return (user + system) * 10;
  }
  const time = execFileSync('ps', ['-o', 'time=', '-p', String(pid)], { encoding: 'utf8' });
  return time.split(/[-:]/).reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}
