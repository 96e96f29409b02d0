/** Runs a command with its context and turns its outcome into the exit code of the process. */
import type { Command } from 'commander';
import type { EnsureOptions } from '../shared/client/find.ts';
import { startingProblem } from '../shared/messages/daemonAccess.ts';
import { exitCodes } from './exitCode.ts';
import { Output } from './output/output.ts';
import { type Sink, WriteError } from './output/sink.ts';
import { Session } from './session.ts';

/** The environment of one invocation. */
export interface RunnerOptions {
  home: string;
  /** The built daemon beside the command line. */
  daemonFile: string;
  version: string;
  env: Record<string, string | undefined>;
  stdout: Sink;
  stderr: Sink;
}

/** The context of a verb. */
export interface Cli {
  readonly home: string;
  readonly env: Record<string, string | undefined>;
  readonly out: Output;
  readonly session: Session;
}

/** Runs a command and resolves with the exit code. The caller reports errors. */
export type Verb<Args extends unknown[]> = (cli: Cli, ...args: Args) => Promise<number>;

/** Says what takes so long if the daemon has many jobs to find again. */
function startingNotes(out: Output): EnsureOptions['onStarting'] {
  const interval = 2_000;
  let last = Date.now();
  return (starting) => {
    if (Date.now() - last < interval) return;
    last = Date.now();
    out.note(startingProblem(starting).message);
  };
}

export class Runner {
  readonly #options: RunnerOptions;
  exitCode = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get home(): string {
    return this.#options.home;
  }

  /** The action for Commander: runs the verb, reports its error and keeps the exit code. */
  act<Args extends unknown[]>(verb: Verb<Args>): (...args: [...Args, Command]) => Promise<void> {
    return async (...args) => {
      const command = args.at(-1) as Command;
      const { stdout, stderr, env, home, daemonFile, version } = this.#options;
      const out = new Output(stdout, stderr, env, command.opts<{ json?: boolean }>().json === true);
      const session = new Session({ home, daemonFile, version, env, onStarting: startingNotes(out) });
      try {
        this.exitCode = await verb({ home, env, out, session }, ...(args.slice(0, -1) as Args));
      } catch (error) {
        // A failed write to stdout is reported at the exit.
        this.exitCode = error instanceof WriteError ? exitCodes.failed : out.fail(error);
      } finally {
        const { hasUnsaved } = await session.close();
        // Output that arrives in the meantime is reset, too.
        out.endLog();
        if (hasUnsaved) out.note('The disk is full. This is done, and will be saved when there is space.');
      }
    };
  }
}
