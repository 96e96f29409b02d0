/** Commands that only show or copy something. */

import * as vscode from 'vscode';
import { formatCommand } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { isAway } from '../daemon/access.ts';
import { extensionId, walkthroughId } from '../ids.ts';
import { hasLog } from '../logs/hasLog.ts';
import { jobsIn } from '../tree/groups.ts';
import { heading, pickOne } from './asking.ts';
import { chooseJobs, chooseTargets } from './choose.ts';
import type { CommandTable } from './command.ts';
import type { CommandDeps } from './deps.ts';
import { type JobItem, jobItem } from './pickers.ts';

type ViewCommandName =
  | 'openLog'
  | 'openWholeLog'
  | 'openProblem'
  | 'showDetails'
  | 'copyId'
  | 'copyCommand'
  | 'showJobs'
  | 'showStatistics'
  | 'getStarted';

export function viewCommands(deps: CommandDeps): Pick<CommandTable, ViewCommandName> {
  const { t } = deps;
  const anyJob = (placeholder: string) => ({ applies: () => true, placeholder, none: t('There are no jobs yet.') });
  const logged = {
    applies: hasLog,
    placeholder: t('Whose log?'),
    none: t('No job has a log yet.'),
  };
  const failed = {
    applies: (job: Job) => job.status === 'failed' && hasLog(job),
    placeholder: t('Whose last error?'),
    none: t('No job has failed.'),
  };
  return {
    openLog: {
      offline: 'offer',
      async run(args) {
        for (const { job, attempt } of await chooseTargets(deps, args, logged)) await deps.logs.open(job, attempt);
      },
    },
    openWholeLog: {
      offline: 'works',
      async run(args) {
        const [target] = await chooseTargets(deps, args.length === 0 ? openDocument() : args, logged);
        if (target === undefined) return;
        await deps.logs.openWhole({ jobId: target.job.id, attempt: target.attempt ?? target.job.attempt });
      },
    },
    openProblem: {
      offline: 'offer',
      async run(args) {
        const [target] = await chooseTargets(deps, args.length === 0 ? openDocument() : args, failed);
        if (target === undefined) return;
        await deps.problems.open({ jobId: target.job.id, attempt: target.attempt ?? target.job.attempt });
      },
    },
    showDetails: {
      offline: 'offer',
      async run(args) {
        const [job] = await chooseJobs(deps, args, anyJob(t('Which job?')));
        if (job !== undefined) deps.showDetails(job.id);
      },
    },
    copyId: {
      offline: 'works',
      async run(args) {
        const jobs = await chooseJobs(deps, args, anyJob(t('Whose id is to be copied?')));
        if (jobs.length > 0) await vscode.env.clipboard.writeText(jobs.map(({ id }) => id).join('\n'));
      },
    },
    copyCommand: {
      offline: 'offer',
      async run(args) {
        const [job] = await chooseJobs(deps, args, {
          applies: ({ commandLine }) => commandLine !== null,
          placeholder: t('Whose command is to be copied?'),
          none: t('No job has a command.'),
        });
        if (job === undefined) return;
        const { command } = await (await deps.connection.client()).get(job.id);
        // What runs elsewhere has only a line to be shown.
        await vscode.env.clipboard.writeText(command === null ? (job.commandLine ?? '') : formatCommand(command));
      },
    },
    showJobs: { offline: 'works', run: () => showJobs(deps) },
    showStatistics: { offline: 'works', run: async () => deps.showStatistics() },
    getStarted: { offline: 'works', run: showWalkthrough },
  };
}

/** Opens the walkthrough, which nothing else of Jobdeck does. */
async function showWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`);
}

/** The log document that is looked at, when one is. */
function openDocument(): unknown[] {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? [] : [uri];
}

/** Opens the view and, when there is something to tell, lists what runs and what failed since the last look. */
async function showJobs(deps: CommandDeps): Promise<void> {
  const { model, view, failures, t } = deps;
  const failed = failures.unseen();
  const running = jobsIn('running', model.all());
  await view.reveal();
  failures.markSeen();
  if (running.length + failed.length === 0 || isAway(deps.connection.state)) return;
  const items: (vscode.QuickPickItem | JobItem)[] = [
    ...(running.length > 0 ? [heading(t('Running')), ...running.map((job) => jobItem(job, t))] : []),
    ...(failed.length > 0 ? [heading(t('Failed since you last looked')), ...failed.map((job) => jobItem(job, t))] : []),
  ];
  const picked = await pickOne(items, {
    placeHolder: t('Show the details of a job'),
    matchOnDetail: true,
  });
  if (picked === undefined || !('job' in picked)) return;
  deps.showDetails(picked.job.id);
}
