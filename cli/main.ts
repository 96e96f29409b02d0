#!/usr/bin/env node
/** The command line: `jobdeck run|submit|ls|show|logs|cancel|retry|wait|…`; see `program.ts` for all of its verbs. */
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { daemonHome } from '../shared/client/home.ts';
import { version } from '../shared/version.ts';
import { exitCodes } from './exitCode.ts';
import { nodeRefusal } from './nodeVersion.ts';
import { Output } from './output/output.ts';
import { makeProgram } from './program.ts';
import { Runner } from './runner.ts';
import { UsageError } from './usageError.ts';

const { argv, env, stdout, stderr } = process;
const words = argv.slice(2);

stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // Nobody reads any more (`jobdeck ls | head`), or the terminal is gone: end quietly. Jobs run on.
  if (code === 'EPIPE' || code === 'EIO' || code === 'ECONNRESET') process.exit(exitCodes.brokenPipe);
  stderr.write(`jobdeck: The output can't be written: ${message}\n`, () => process.exit(exitCodes.failed));
});
// Notes that nobody reads are no reason to end.
stderr.on('error', () => undefined);

void main().then((exitCode) => {
  // Whatever is still open must not keep the command line from ending; what was written must get out.
  stdout.write('', () => stderr.write('', () => process.exit(exitCode)));
});

async function main(): Promise<number> {
  const refusal = nodeRefusal(process.versions.node);
  if (refusal !== null) return outputFor(words).fail(refusal);
  // Beside this file in dist/.
  const daemonFile = join(__dirname, 'daemon.js');
  const runner = new Runner({ home: daemonHome(), daemonFile, version, env, stdout, stderr });
  let complaint = '';
  const program = makeProgram(runner, {
    version,
    argv: words,
    complain: (text) => {
      complaint += text;
    },
  });
  try {
    await program.parseAsync(argv);
    return runner.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return outputFor(words).fail(error);
    if (error.exitCode === 0) return exitCodes.ok;
    const out = outputFor(words);
    if (out.json) return out.fail(toUsageError(error));
    stderr.write(complaint);
    return exitCodes.usage;
  }
}

/** Commander's complaint (`error: unknown option '--x'`) as a sentence. */
function toUsageError({ message }: CommanderError): UsageError {
  const said = message.replace(/^error: /, '').replace(/\.?\s*$/, '.');
  return new UsageError('INVALID_REQUEST', said.charAt(0).toUpperCase() + said.slice(1), 'See “jobdeck --help”.');
}

/** For what fails before a verb is there; a `--json` after `--` belongs to the job's command. */
function outputFor(all: readonly string[]): Output {
  const end = all.indexOf('--');
  return new Output(stdout, stderr, env, (end < 0 ? all : all.slice(0, end)).includes('--json'));
}
