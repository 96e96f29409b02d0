/** `jobdeck step`: report the steps of the job that runs the script. */
import type { Command } from 'commander';
import type { StepStatus } from '../../shared/job.ts';
import type { Report } from '../../shared/reporting.ts';
import { usageError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import { type ReportOptions, sendReport, withReportOptions } from '../sendReport.ts';

interface StepOptions extends ReportOptions {
  declare?: string;
  message?: string;
}

export function addStep(program: Command, runner: Runner): void {
  const verb = program
    .command('step')
    .description('Report the state of a step of the current job')
    .argument('[id]', 'Step')
    .argument('[state]', 'start (default), done, fail, skip, or a progress such as 0.5 or 50%')
    .option('--declare <ids>', 'Declare the steps, separated by commas; “id=Label” adds a label')
    .option('-m, --message <text>', 'Current activity');
  withReportOptions(verb)
    .addHelpText('after', '\nExamples:\n  jobdeck step --declare fetch,build\n  jobdeck step build 50%')
    .action(runner.act(step));
}

function step(
  cli: Cli,
  id: string | undefined,
  state: string | undefined,
  { declare, message, ...options }: StepOptions,
): Promise<number> {
  if ((id === undefined) === (declare === undefined)) {
    throw usageError('INVALID_REQUEST/stepOrDeclare');
  }
  if (declare !== undefined) return sendReport(cli, parseDeclared(declare), options);
  const activity = message === undefined ? {} : { message };
  return sendReport(cli, { kind: 'step', id: id ?? '', ...parseState(state), ...activity }, options);
}

const statuses = new Map<string, StepStatus>([
  ['start', 'running'],
  ['done', 'completed'],
  ['fail', 'failed'],
  ['skip', 'skipped'],
]);

/** @throws UsageError */
export function parseState(state = 'start'): { status: StepStatus } | { progress: number } {
  const status = statuses.get(state);
  if (status !== undefined) return { status };
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(state) ?? [];
  const progress = Number(number) / (percent === '%' ? 100 : 1);
  if (progress >= 0 && progress <= 1) return { progress };
  throw usageError('INVALID_REQUEST/stepState', { text: state });
}

/** @throws UsageError */
export function parseDeclared(text: string): Report {
  const steps = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const [id = '', ...label] = part.split('=');
      return label.length === 0 ? { id } : { id: id.trim(), label: label.join('=').trim() };
    });
  if (steps.length > 0) return { kind: 'steps', steps };
  throw usageError('INVALID_REQUEST/declaredSteps');
}
