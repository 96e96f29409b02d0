/** Runs the command line and ends the process. */
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { daemonHome } from '../shared/client/home.ts';
import { version } from '../shared/version.ts';
import { exitCodes } from './exitCode.ts';
import { nodeRefusal } from './nodeVersion.ts';
import { Output } from './output/output.ts';
import { StandardOutput } from './output/standardOutput.ts';
import { toUsageError } from './parseError.ts';
import { cliError } from './problems.ts';
import { type AddVerbs, makeProgram } from './program.ts';
import { Runner } from './runner.ts';
import { ofFolder } from './submitting/caller.ts';

const { argv, env } = process;
const words = argv.slice(2);
const stdout = new StandardOutput(process.stdout);
// Continue if notes can't be written.
const stderr = new StandardOutput(process.stderr);

/** Runs the command line with these commands and ends the process. */
export function start(addVerbs: AddVerbs): void {
  void main(addVerbs)
    .catch((error: unknown) => outputFor(words).fail(ofFolder(error)))
    .then(finish);
}

/** Exits when the output is written. Open handles must not delay it. */
async function finish(exitCode: number): Promise<void> {
  await stdout.flush();
  const { failure } = stdout;
  // Without a reader, exit quietly. Jobs keep running.
  if (failure !== null && !stdout.isClosed) {
    new Output(stdout, stderr, env, false).fail(cliError('OUTPUT_FAILED', { reason: failure.message }));
  }
  await stderr.flush();
  const ofFailure = stdout.isClosed ? exitCodes.brokenPipe : exitCodes.failed;
  process.exit(failure === null ? exitCode : ofFailure);
}

async function main(addVerbs: AddVerbs): Promise<number> {
  const refusal = nodeRefusal(process.versions.node);
  if (refusal !== null) return outputFor(words).fail(refusal);
  // This file is in dist/cli/.
  const daemonFile = join(__dirname, '..', 'daemon.js');
  const runner = new Runner({ home: daemonHome(), daemonFile, version, env, stdout, stderr });
  let written = '';
  const program = makeProgram(runner, addVerbs, {
    version,
    argv: words,
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => {
      written += text;
    },
  });
  try {
    await program.parseAsync(argv);
    return runner.exitCode;
  } catch (error) {
    const out = outputFor(words);
    if (!(error instanceof CommanderError)) return out.fail(error);
    if (error.exitCode === 0) return exitCodes.ok;
    // Without a command, Commander writes the help.
    const isHelp = error.code === 'commander.help';
    if (!isHelp || out.json) return out.fail(toUsageError(error, program, words));
    stderr.write(written);
    return exitCodes.usage;
  }
}

/** The output for errors before a command runs. A `--json` after `--` belongs to the command of the job. */
function outputFor(all: readonly string[]): Output {
  const end = all.indexOf('--');
  return new Output(stdout, stderr, env, (end < 0 ? all : all.slice(0, end)).includes('--json'));
}
