/** Facts about a job that are not in the store. */
import type { Resources } from '../../shared/job.ts';
import type { Clock } from '../clock.ts';
import type { AttemptRef } from '../engines/engine.ts';
import type { JobRow } from '../store/rows.ts';
import type { Store } from '../store/store.ts';
import type { EngineCall, EngineCalls } from './engineCalls.ts';
import { kindOf } from './kindOf.ts';
import { refOf, unfinishedAttempt } from './lookup.ts';
import type { JobInspection } from './ports.ts';
import type { RemoteJobs } from './remote/remoteJobs.ts';

/** Milliseconds that a remote engine gets to report more about a job before it is shown. */
const lookLimit = 1_500;

export interface InspectionDeps {
  store: Store;
  calls: EngineCalls;
  remote: RemoteJobs;
  clock: Clock;
}

export class Inspection implements JobInspection {
  readonly #deps: InspectionDeps;

  constructor(deps: InspectionDeps) {
    this.#deps = deps;
  }

  async resources(id: string): Promise<Resources | null> {
    const { store, calls } = this.#deps;
    const job = store.read((rows) => rows.jobs.find(id));
    if (job === null) return null;
    if (kindOf(job) === 'remote') {
      await this.#look(id);
      return null;
    }
    const running = this.#runningAttempt(job);
    return running && calls.resources(running);
  }

  async #look(id: string): Promise<void> {
    const { remote, clock } = this.#deps;
    let stopWaiting = () => {};
    const limit = new Promise<void>((resolve) => {
      stopWaiting = clock.after(lookLimit, resolve);
    });
    await Promise.race([remote.look(id), limit]);
    stopWaiting();
  }

  #runningAttempt(job: JobRow): EngineCall<AttemptRef> | null {
    const attempt = this.#deps.store.read((rows) => unfinishedAttempt(rows, job));
    return attempt?.status === 'running' ? { engine: job.engine, what: refOf(job, attempt) } : null;
  }
}
