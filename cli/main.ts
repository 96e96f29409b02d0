#!/usr/bin/env node
/** The command line: `jobdeck run|submit|ls|show|logs|cancel|retry|wait|…`; see `program.ts` for all of its commands. */
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { daemonHome } from '../shared/client/home.ts';
import { version } from '../shared/version.ts';
import { exitCodes } from './exitCode.ts';
import { nodeRefusal } from './nodeVersion.ts';
import { Output } from './output/output.ts';
import { toUsageError } from './parseError.ts';
import { makeProgram } from './program.ts';
import { Runner } from './runner.ts';

const { argv, env, stdout, stderr } = process;
const words = argv.slice(2);

stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // The reader (`jobdeck ls | head`) or the terminal is gone: exit quietly. Jobs keep running.
  if (code === 'EPIPE' || code === 'EIO' || code === 'ECONNRESET') process.exit(exitCodes.brokenPipe);
  stderr.write(`jobdeck: Could not write the output: ${message}\n`, () => process.exit(exitCodes.failed));
});
// Notes that can't be written are no reason to exit.
stderr.on('error', () => undefined);

void main().then((exitCode) => {
  // Open handles must not delay the exit, but the output must be flushed.
  stdout.write('', () => stderr.write('', () => process.exit(exitCode)));
});

async function main(): Promise<number> {
  const refusal = nodeRefusal(process.versions.node);
  if (refusal !== null) return outputFor(words).fail(refusal);
  // Next to this file in dist/.
  const daemonFile = join(__dirname, 'daemon.js');
  const runner = new Runner({ home: daemonHome(), daemonFile, version, env, stdout, stderr });
  let written = '';
  const program = makeProgram(runner, {
    version,
    argv: words,
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
