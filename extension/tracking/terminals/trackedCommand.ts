/** Reports of a terminal command. Pure. */
import type { StartRequest } from '../../../shared/reporting.ts';
import { oneLine, type Translate } from '../../base/text.ts';
import type { TrackedOutcome } from '../trackedJob.ts';

export interface CommandFacts {
  readonly line: string;
  /** Shell integration verified the command line, so that it can be run again. */
  readonly isTrusted: boolean;
  readonly cwd: string | undefined;
  readonly folder: string | undefined;
  /** Name of the terminal. */
  readonly terminal: string;
  /** Process ID of the shell. */
  readonly pid: number | undefined;
  readonly startedAt: string;
}

/** The report of a command that has run for a while. */
export function commandStart(command: CommandFacts): StartRequest {
  const { line, isTrusted, cwd, folder, terminal, pid, startedAt } = command;
  return {
    title: oneLine(line, 300),
    type: 'terminal',
    cwd,
    workspace: folder,
    commandLine: isTrusted ? line.slice(0, 1000) : undefined,
    metadata: { source: 'terminal', terminal, shellPid: pid, startedAt },
  };
}

/** Leaves out empty lines, and commands of Jobdeck, which create jobs themselves. */
export function isWorthTracking(line: string): boolean {
  return line.trim() !== '' && !/^\s*(npx\s+)?jobdeck(\s|$)/.test(line);
}

/** Exit code after Ctrl+C. */
const interrupted = 130;

/** The outcome of a command whose end the shell reported. */
export function commandOutcome(exitCode: number | undefined, t: Translate): TrackedOutcome {
  if (exitCode === 0) return { kind: 'complete', result: { exitCode } };
  if (exitCode === interrupted) return { kind: 'fail', message: t('It was interrupted with Ctrl+C.'), cancelled: true };
  if (exitCode === undefined) return unknownOutcome(t('It ended, but its shell reported no exit code.'), t);
  const hint = t('Its output is in the terminal.');
  return { kind: 'fail', message: t('It ended with exit code {0}.', exitCode), hint };
}

/** Why a command counts as ended although its end was not reported. */
export type MissedEnd = 'closed' | 'another' | 'nothing';

export function missedOutcome(why: MissedEnd, t: Translate): TrackedOutcome {
  switch (why) {
    case 'closed':
      return unknownOutcome(t('Its terminal was closed. Its outcome is unknown.'), t);
    case 'another':
      return unknownOutcome(t('Its terminal is running another command. Its outcome is unknown.'), t);
    case 'nothing':
      return unknownOutcome(t('Nothing is running in its terminal anymore. Its outcome is unknown.'), t);
  }
}

function unknownOutcome(message: string, t: Translate): TrackedOutcome {
  return {
    kind: 'fail',
    code: 'ENDING_NOT_SEEN',
    message,
    hint: t('To track a command to its end, start it with “jobdeck run”.'),
  };
}
