/** `jobdeck message`: add an entry to the timeline of the job that runs the script. */
import { type Command, Option } from 'commander';
import type { Level } from '../../shared/job.ts';
import type { Cli, Runner } from '../runner.ts';
import { type ReportOptions, sendReport, withReportOptions } from '../sendReport.ts';
import { parseJsonArgument } from '../values/json.ts';

interface MessageOptions extends ReportOptions {
  level: Level;
  context?: string;
}

export function addMessage(program: Command, runner: Runner): void {
  const verb = program
    .command('message')
    .description('Add an entry to the timeline of the current job')
    .argument('<text>', 'Text')
    .addOption(new Option('--level <level>', 'Level').choices(['info', 'warning', 'error']).default('info'))
    .option('--context <json>', 'Additional data as JSON');
  withReportOptions(verb).action(runner.act(message));
}

function message(cli: Cli, text: string, { level, context, ...options }: MessageOptions): Promise<number> {
  const data = context === undefined ? {} : { context: parseJsonArgument(context, '--context') };
  return sendReport(cli, { kind: 'message', level, message: text, ...data }, options);
}
