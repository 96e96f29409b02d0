/** Submits jobs to this machine. */
import { homedir } from 'node:os';
import type { JobDetail } from '../../../shared/job.ts';
import { submissionProblem } from '../../../shared/messages/submissions.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import type { Clock } from '../../clock.ts';
import { checkPattern } from '../../progress/pattern.ts';
import type { Store } from '../../store/store.ts';
import type { EngineCalls } from '../engineCalls.ts';
import { localEngine } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import { notFound } from '../lookup.ts';
import type { SubmitCommands, Submitted } from '../ports.ts';
import type { Writer } from '../writer.ts';
import { checkCommand, checkCwd, checkEnvironment, checkNotBefore } from './checks.ts';
import { insertJob } from './insertJob.ts';

export interface SubmissionsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
}

export class Submissions implements SubmitCommands {
  readonly #deps: SubmissionsDeps;

  constructor(deps: SubmissionsDeps) {
    this.#deps = deps;
  }

  async submit(request: SubmitRequest): Promise<JobDetail> {
    return (await this.submitOnce(request)).job;
  }

  async submitOnce(request: SubmitRequest): Promise<Submitted> {
    const { store, writer, clock } = this.#deps;
    const { idempotencyKey: key } = request;
    // An existing job no longer needs its folder to exist.
    if (key === undefined || store.read((rows) => rows.jobs.byKey(key)) === null) await this.#check(request);
    const { id, created } = await writer.write((tx) => {
      const known = key === undefined ? null : tx.jobs.byKey(key);
      if (key === undefined || known === null) return { id: insertJob(tx, request, clock.now()), created: true };
      tx.addEvent(known, { ...timeline.submittedAgain(key), at: clock.now(), attempt: null });
      return { id: known, created: false };
    });
    const job = store.detail(id);
    if (!job) throw notFound(id);
    return { job, created };
  }

  async #check({ command, cwd, env, notBefore, stdin, outputProgress }: SubmitRequest): Promise<void> {
    const { calls, clock } = this.#deps;
    checkCommand(command);
    checkEnvironment(env);
    if (outputProgress) checkPattern(outputProgress.pattern);
    checkNotBefore(notBefore, clock.now());
    await checkCwd(cwd ?? homedir());
    calls.checkAvailable(localEngine);
    if (stdin !== true || calls.takesInput(localEngine)) return;
    throw submissionProblem('ENGINE_NOT_CAPABLE/noInputHere');
  }
}
