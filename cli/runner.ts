/** What every verb is given, and how its outcome becomes the process's. */
import type { Command } from 'commander';
import { Output, type Sink } from './output/output.ts';
import { Session } from './session.ts';

/** The surroundings of one call of the command line. */
export interface Surroundings {
  home: string;
  /** The built daemon beside the command line. */
  daemonFile: string;
  version: string;
  env: Record<string, string | undefined>;
  stdout: Sink;
  stderr: Sink;
}

/** What a verb works with. */
export interface Cli {
  readonly home: string;
  readonly env: Record<string, string | undefined>;
  readonly out: Output;
  readonly session: Session;
}

/** Does what a verb says; resolves with the exit code. Errors are reported by the caller. */
export type Verb<Args extends unknown[]> = (cli: Cli, ...args: Args) => Promise<number>;

/** Runs verbs and keeps the exit code of the one that ran. */
export class Runner {
  readonly #surroundings: Surroundings;
  exitCode = 0;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  get home(): string {
    return this.#surroundings.home;
  }

  /** A verb as commander's action: given a Cli that suits its `--json`, with its errors reported. */
  act<Args extends unknown[]>(verb: Verb<Args>): (...args: [...Args, Command]) => Promise<void> {
    return async (...args) => {
      const command = args.at(-1) as Command;
      const { stdout, stderr, env, home, daemonFile, version } = this.#surroundings;
      const out = new Output(stdout, stderr, env, command.opts<{ json?: boolean }>().json === true);
      const session = new Session({ home, daemonFile, version, env });
      try {
        this.exitCode = await verb({ home, env, out, session }, ...(args.slice(0, -1) as Args));
      } catch (error) {
        this.exitCode = out.fail(error);
      } finally {
        await session.close();
      }
    };
  }
}
