/** `jobdeck step`: the steps of the job that the script belongs to. */
import type { Command } from 'commander';
import type { StepStatus } from '../../shared/job.ts';
import type { Report } from '../../shared/reporting.ts';
import type { Cli, Runner } from '../runner.ts';
import { type ReportOptions, sendReport, withReportOptions } from '../sendReport.ts';
import { UsageError } from '../usageError.ts';

interface StepOptions extends ReportOptions {
  declare?: string;
  message?: string;
}

export function addStep(program: Command, runner: Runner): void {
  const verb = program
    .command('step')
    .description('say, inside of a job, which of its steps it does, and how far that is')
    .argument('[id]', 'the step')
    .argument('[state]', 'start (unless given), a share such as 0.5 or 50%, done, fail or skip')
    .option('--declare <ids>', 'name the steps before, with commas between them; “id=Label” for one with a label')
    .option('-m, --message <text>', 'what it does now');
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
    throw new UsageError(
      'INVALID_REQUEST',
      'Either the id of a step or --declare is needed.',
      'Such as “jobdeck step build done”, or before it “jobdeck step --declare fetch,build”.',
    );
  }
  if (declare !== undefined) return sendReport(cli, parseDeclared(declare), options);
  const saying = message === undefined ? {} : { message };
  return sendReport(cli, { kind: 'step', id: id ?? '', ...parseState(state), ...saying }, options);
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
  throw new UsageError(
    'INVALID_REQUEST',
    `“${state}” is no state of a step.`,
    'It is start, done, fail, skip, or a share such as 0.5 or 50%.',
  );
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
  throw new UsageError('INVALID_REQUEST', '--declare names no step.', 'Such as “--declare fetch,build=Build it”.');
}
