/** An adapter connected to a server, and its reports, applied by the rules described at `Fact`. */

import { inngestEngine } from '../../../daemon/engines/inngest/main.ts';
import type { ConnectionStatus, Fact, OpenJob, RemoteEngine, RemoteReports } from '../../../daemon/engines/remote.ts';
import type { ConnectionSettings } from '../../../shared/connection.ts';
import { isTerminal } from '../../../shared/status.ts';
import { FakeInngest } from './fake.ts';
import { recordedAt } from './recorded.ts';

export type Inngest = Extract<ConnectionSettings, { engine: 'inngest' }>;

export class Reports implements RemoteReports {
  readonly jobs = new Map<string, Fact>();
  readonly facts: Fact[] = [];
  last: ConnectionStatus | null = null;
  readonly states: ConnectionStatus['state'][] = [];
  #waiting: (() => void)[] = [];

  async take(facts: readonly Fact[]): Promise<void> {
    for (const fact of facts) {
      this.facts.push(fact);
      const known = this.jobs.get(fact.externalId);
      const { status, ...rest } = fact;
      const stays = known?.status && known.status !== 'lost' && isTerminal(known.status);
      const metadata = { ...known?.metadata, ...fact.metadata };
      this.jobs.set(fact.externalId, {
        ...known,
        ...rest,
        metadata,
        status: stays ? known.status : (status ?? known?.status),
      });
    }
    this.#wake();
  }

  open(limit: number, after = ''): OpenJob[] {
    return [...this.jobs.values()]
      .filter(({ status }) => status && ['waiting', 'running', 'lost'].includes(status))
      .map((fact) => jobOf(fact))
      .filter(({ jobId }) => jobId > after)
      .sort((one, other) => (one.jobId < other.jobId ? -1 : 1))
      .slice(0, limit);
  }

  known(externalId: string) {
    const fact = this.jobs.get(externalId);
    return fact ? { ...jobOf(fact), input: fact.input, metadata: fact.metadata } : null;
  }

  status(standing: ConnectionStatus): void {
    if (this.last?.state !== standing.state) this.states.push(standing.state);
    this.last = standing;
    this.#wake();
  }

  /** Resolves when the condition holds. It is checked after each report. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  job(externalId: string): Fact {
    const fact = this.jobs.get(externalId);
    if (!fact) throw new Error(`Nothing was reported about ${externalId}.`);
    return fact;
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const call of waiting) call();
  }
}

export const jobOf = (fact: Fact): OpenJob & { input: unknown; metadata: unknown } => ({
  jobId: fact.externalId,
  externalId: fact.externalId,
  attempt: 1,
  status: fact.status ?? 'pending',
  worker: null,
  queuedAt: fact.queuedAt ?? 0,
  startedAt: fact.startedAt ?? null,
  lastActivityAt: fact.at,
  cancelRequested: false,
  input: fact.input,
  metadata: fact.metadata,
});

export interface Bench {
  fake: FakeInngest;
  reports: Reports;
  engine: RemoteEngine;
  /** All delays requested by the adapter. */
  delays: number[];
  problems: unknown[];
  now(): number;
  /** Another adapter with the same server and reports, as after a restart of the daemon. */
  again(settings?: Partial<Inngest>): RemoteEngine;
  end(): Promise<void>;
}

/**
 * A fake server and an adapter that is not started yet. Its clock starts at the time of the recording, and delays are
 * 20 times shorter. With the address of a real server, the adapter uses that server in real time.
 */
export async function openBench(settings: Partial<Inngest> = {}): Promise<Bench> {
  const real = settings.url !== undefined;
  const fake = new FakeInngest();
  await fake.listen();
  const reports = new Reports();
  const begun = Date.now();
  const now = () => (real ? Date.now() : recordedAt + (Date.now() - begun));
  const delays: number[] = [];
  const problems: unknown[] = [];
  const clock = {
    now,
    after(ms: number, call: () => void) {
      delays.push(ms);
      const timer = setTimeout(call, real ? ms : ms / 20);
      return () => clearTimeout(timer);
    },
  };
  const engines: RemoteEngine[] = [];
  const again = (more: Partial<Inngest> = {}) => {
    const connection: Inngest = { engine: 'inngest', url: fake.url, ...settings, ...more };
    const engine = inngestEngine(connection, { reports, clock, onProblem: (error) => problems.push(error) });
    engines.push(engine);
    return engine;
  };
  return {
    fake,
    reports,
    engine: again(),
    delays,
    problems,
    now,
    again,
    async end() {
      for (const engine of engines) await engine.close();
      await fake.stop();
    },
  };
}
