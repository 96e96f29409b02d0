/** Finds the processes of jobs. One snapshot of the process table answers all questions asked meanwhile. */
import type { Clock } from '../../../clock.ts';
import { EvidenceReader } from './evidence.ts';
import { type Membership, membersOf } from './membership.ts';
import { nameOf, type Process, readProcesses } from './table.ts';

/** The processes of a launch. `known` is updated at each look. */
export interface JobProcesses extends Membership {
  known: Set<string>;
}

/** Looks take at most this part of the time. */
const share = 0.2;
/** Looks in the background take at most this part. */
const backgroundShare = 0.02;

interface Question {
  job: JobProcesses;
  answer(members: Process[]): void;
  fail(error: unknown): void;
}

export interface ProcessesDeps {
  clock: Clock;
  readProcesses?: typeof readProcesses;
}

export class Processes {
  readonly #clock: Clock;
  readonly #read: typeof readProcesses;
  readonly #evidence = new EvidenceReader();
  #questions: Question[] = [];
  #nextAt = 0;
  /** How long the latest look took, in milliseconds. */
  #costMs = 0;

  constructor({ clock, readProcesses: read = readProcesses }: ProcessesDeps) {
    this.#clock = clock;
    this.#read = read;
  }

  /** An interval, at least this long, at which looks take no more than 2% of the time. */
  backgroundInterval(atLeast: number): number {
    return Math.max(atLeast, this.#costMs / backgroundShare);
  }

  /**
   * The living processes of a launch, parents first, as of a moment after the call. Processes seen once are recognized
   * later, even if they leave everything that connects them with the job. Empty on Windows.
   */
  look(job: JobProcesses): Promise<Process[]> {
    return new Promise((answer, fail) => {
      this.#questions.push({ job, answer, fail });
      if (this.#questions.length > 1) return;
      const delay = this.#nextAt - this.#clock.steady();
      if (delay > 0) this.#clock.after(delay, () => void this.#answer());
      else setImmediate(() => void this.#answer());
    });
  }

  async #answer(): Promise<void> {
    const questions = this.#questions;
    this.#questions = [];
    const startedAt = this.#clock.steady();
    try {
      const processes = await this.#read();
      const jobs = [...new Set(questions.map(({ job }) => job))];
      const members = membersOf(processes, jobs, this.#evidence.on(processes), process.pid);
      for (const [job, found] of members) job.known = new Set(found.map(nameOf));
      for (const { job, answer } of questions) answer(members.get(job) ?? []);
    } catch (error) {
      for (const { fail } of questions) fail(error);
    }
    const now = this.#clock.steady();
    this.#costMs = now - startedAt;
    this.#nextAt = now + (this.#costMs * (1 - share)) / share;
  }
}
