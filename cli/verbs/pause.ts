/** `jobdeck pause` and `jobdeck resume`: stop running jobs for a while. */
import type { Command } from 'commander';
import { forEachJob } from '../forEachJob.ts';
import { jobLine } from '../pages/jobLine.ts';
import type { Cli, Runner } from '../runner.ts';

export function addPause(program: Command, runner: Runner): void {
  verb(program, 'pause', 'stop running jobs where they are, until they are resumed')
    .addHelpText('after', '\nA paused job keeps its memory, files and connections; what it talks to may time out.')
    .action(runner.act((cli: Cli, ids: string[]) => each(cli, ids, 'pause')));
}

export function addResume(program: Command, runner: Runner): void {
  verb(program, 'resume', 'let paused jobs go on').action(
    runner.act((cli: Cli, ids: string[]) => each(cli, ids, 'resume')),
  );
}

function verb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .argument('<ids...>', 'the jobs')
    .option('--json', 'print the job as JSON; for several {"jobs", "errors"}');
}

function each(cli: Cli, ids: string[], action: 'pause' | 'resume'): Promise<number> {
  return forEachJob(cli, ids, {
    act: (id) => cli.session.persistently((client) => client[action](id)),
    line: (job) => jobLine(job, cli.out.colors, Date.now()),
    one: (job) => job,
    several: (jobs) => ({ jobs }),
  });
}
