/** `jobdeck message`: an entry of the timeline of the job that the script belongs to. */
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
    .description('add, inside of a job, an entry to its timeline')
    .argument('<text>', 'what there is to say')
    .addOption(new Option('--level <level>', 'how grave it is').choices(['info', 'warning', 'error']).default('info'))
    .option('--context <json>', 'what belongs to it, as JSON');
  withReportOptions(verb).action(runner.act(message));
}

function message(cli: Cli, text: string, { level, context, ...options }: MessageOptions): Promise<number> {
  const more = context === undefined ? {} : { context: parseJsonArgument(context, 'The context') };
  return sendReport(cli, { kind: 'message', level, message: text, ...more }, options);
}
