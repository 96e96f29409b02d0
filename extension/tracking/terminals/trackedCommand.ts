/** What is reported of a command of a terminal. Pure. */
import type { StartRequest } from '../../../shared/reporting.ts';
import { oneLine, type Translate } from '../../base/text.ts';
import type { TrackedEnding } from '../trackedJob.ts';

export interface CommandFacts {
  readonly line: string;
  /** The shell itself said so, provably: it is offered to be run again. */
  readonly isTrusted: boolean;
  readonly cwd: string | undefined;
  readonly folder: string | undefined;
  /** Name of the terminal. */
  readonly terminal: string;
  /** Process id of the shell. */
  readonly pid: number | undefined;
  readonly startedAt: string;
}

/** The job of a command that has run for a while. */
export function commandStart(command: CommandFacts): StartRequest {
  const { line, isTrusted, cwd, folder, terminal, pid, startedAt } = command;
  return {
    title: oneLine(line, 300),
    type: 'terminal',
    ...{ cwd, workspace: folder },
    commandLine: isTrusted ? line.slice(0, 1000) : undefined,
    metadata: { source: 'terminal', terminal, shellPid: pid, startedAt },
  };
}

/** What is no job of its own: an empty line, and what makes jobs by itself. */
export function isWorthTracking(line: string): boolean {
  return line.trim() !== '' && !/^\s*(npx\s+)?jobdeck(\s|$)/.test(line);
}

/** Ctrl-C, as shells have it in their exit codes. */
const interrupted = 130;

/** How a command ended whose end the shell told of. */
export function commandEnding(exitCode: number | undefined, t: Translate): TrackedEnding {
  if (exitCode === 0) return { kind: 'complete', result: { exitCode } };
  if (exitCode === interrupted) return { kind: 'fail', message: t('It was interrupted with Ctrl+C.'), cancelled: true };
  if (exitCode === undefined) return notSeen(t('It ended, but its shell reported no exit code.'), t);
  const hint = t('Its output is in the terminal.');
  return { kind: 'fail', message: t('It ended with exit code {0}.', exitCode), hint };
}

/** Why a command counts as ended although nobody told so. */
export type Unseen = 'closed' | 'another' | 'nothing';

export function unseenEnding(why: Unseen, t: Translate): TrackedEnding {
  switch (why) {
    case 'closed':
      return notSeen(t('Its terminal was closed. Its outcome is unknown.'), t);
    case 'another':
      return notSeen(t('Its terminal is running another command. Its outcome is unknown.'), t);
    case 'nothing':
      return notSeen(t('Nothing is running in its terminal anymore. Its outcome is unknown.'), t);
  }
}

function notSeen(message: string, t: Translate): TrackedEnding {
  return {
    kind: 'fail',
    code: 'ENDING_NOT_SEEN',
    message,
    hint: t('To track a command to its end, start it with “jobdeck run”.'),
  };
}
