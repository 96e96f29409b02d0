/** A program that reports progress for many jobs at a steady rate, one report per message. */
import { setTimeout as wait } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { DaemonClient } from '../shared/client/http.ts';
import type { DaemonInfo } from '../shared/daemon.ts';
import type { Job } from '../shared/job.ts';
import type { ReportBatch } from '../shared/reporting.ts';
import { connect } from './feed.ts';

const total = 1e9;

export class ProgressLoad {
  readonly #socket: WebSocket;
  readonly #ids: string[];
  /** When each report was sent. Report `n` belongs to job `n % jobs` and sets its progress to `n`. */
  readonly #sentAt: number[] = [];

  private constructor(socket: WebSocket, ids: string[]) {
    this.#socket = socket;
    this.#ids = ids;
  }

  static async start(
    { client, info }: { client: DaemonClient; info: DaemonInfo },
    jobs: number,
  ): Promise<ProgressLoad> {
    const ids: string[] = [];
    for (let n = 0; n < jobs; n += 1) ids.push((await client.startReported({ title: `Load ${n}`, total })).job.id);
    return new ProgressLoad(await connect(info), ids);
  }

  /** Sends reports at this rate, catching up after late timers, until the time is over or `stop` is aborted. */
  async run(seconds: number, perSecond: number, stop?: AbortSignal): Promise<void> {
    const [began, first] = [performance.now(), this.#sentAt.length];
    for (let sent = 0; sent < seconds * perSecond && stop?.aborted !== true; ) {
      const due = Math.min(seconds * perSecond, ((performance.now() - began) / 1000) * perSecond);
      for (; sent < due; sent += 1) this.#send(first + sent);
      await wait(1);
    }
  }

  /**
   * Returns a subscriber that passes the latency of each report to `seen`. A report that was superseded by a later one
   * counts with the time of the later one, which makes the figure stricter.
   */
  watch(seen: (ms: number) => void): (jobs: Job[]) => void {
    const latest = new Map<string, number>();
    const places = new Map(this.#ids.map((id, index) => [id, index]));
    return (jobs) => {
      const now = performance.now();
      for (const { id, progress } of jobs) {
        const place = places.get(id);
        if (place === undefined || progress === null) continue;
        for (let n = latest.get(id) ?? place; n <= progress.current; n += this.#ids.length) {
          const sent = this.#sentAt[n];
          if (sent !== undefined) seen(now - sent);
        }
        latest.set(id, progress.current + this.#ids.length);
      }
    };
  }

  close(): void {
    this.#socket.close();
  }

  #send(n: number): void {
    const jobId = this.#ids[n % this.#ids.length] ?? '';
    const seq = Math.floor(n / this.#ids.length) + 1;
    const report = { kind: 'progress', current: n, total, seq } as const;
    const batch: ReportBatch = { type: 'report', batch: n, jobs: [{ jobId, client: 'bench', reports: [report] }] };
    this.#sentAt[n] = performance.now();
    this.#socket.send(JSON.stringify(batch));
  }
}
