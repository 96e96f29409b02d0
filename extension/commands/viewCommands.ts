/** Commands that only show or copy something. */
import * as vscode from 'vscode';
import { formatCommand } from '../../shared/format.ts';
import type { Job } from '../../shared/job.ts';
import { choices, type Facet, type Choice as FilterChoice, filterOf, noFilter } from '../tree/filter.ts';
import { jobsIn } from '../tree/groups.ts';
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
  | 'filter'
  | 'clearFilter'
  | 'showJobs'
  | 'showStatistics';

export function viewCommands(deps: CommandDeps): Pick<CommandTable, ViewCommandName> {
  const { t } = deps;
  const anyJob = (placeholder: string) => ({ applies: () => true, placeholder, none: t('There are no jobs yet.') });
  const logged = {
    applies: (job: Job) => job.attempt > 0,
    placeholder: t('Whose log?'),
    none: t('No job has a log yet.'),
  };
  const failed = {
    applies: (job: Job) => job.status === 'failed' && job.attempt > 0,
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
        await vscode.env.clipboard.writeText(command === null ? '' : formatCommand(command));
      },
    },
    filter: { offline: 'offer', run: () => filter(deps) },
    clearFilter: {
      offline: 'works',
      async run() {
        deps.view.setFilter(noFilter);
      },
    },
    showJobs: { offline: 'works', run: () => showJobs(deps) },
    showStatistics: { offline: 'works', run: async () => deps.showStatistics() },
  };
}

/** The log document that is looked at, when one is. */
function openDocument(): unknown[] {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri === undefined ? [] : [uri];
}

interface FilterItem extends vscode.QuickPickItem {
  readonly choice?: FilterChoice;
}

async function filter({ model, view, t, tell }: CommandDeps): Promise<void> {
  const offered = choices(model.all(), view.tree.filter);
  if (offered.length === 0) return tell(t('All jobs are alike; there is nothing to filter by.'));
  const items = offered.flatMap((choice, index): FilterItem[] => [
    ...(choice.facet === offered[index - 1]?.facet ? [] : [heading(facetName(choice.facet, t))]),
    {
      label: choice.label,
      description: String(choice.count),
      picked: view.tree.filter[choice.facet]?.includes(choice.value) ?? false,
      choice,
    },
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    canPickMany: true,
    placeHolder: t('Show only jobs with… (nothing chosen: all jobs)'),
  });
  if (picked !== undefined) view.setFilter(filterOf(picked.flatMap(({ choice }) => choice ?? [])));
}

function facetName(facet: Facet, t: CommandDeps['t']): string {
  switch (facet) {
    case 'status':
      return t('Status');
    case 'type':
      return t('Type');
    case 'workspace':
      return t('Workspace');
    case 'queue':
      return t('Queue');
    case 'trigger':
      return t('Trigger');
    case 'engine':
      return t('Engine');
  }
}

function heading(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

/** Opens the view and, when there is something to tell, lists what runs and what failed since the last look. */
async function showJobs(deps: CommandDeps): Promise<void> {
  const { model, view, failures, t } = deps;
  const failed = failures.unseen();
  const running = jobsIn('running', model.all());
  await view.reveal();
  failures.markSeen();
  const { status } = deps.connection.state;
  if (running.length + failed.length === 0 || status === 'offline' || status === 'failed') return;
  const items: (vscode.QuickPickItem | JobItem)[] = [
    ...(running.length > 0 ? [heading(t('Running')), ...running.map((job) => jobItem(job, t))] : []),
    ...(failed.length > 0 ? [heading(t('Failed since you last looked')), ...failed.map((job) => jobItem(job, t))] : []),
  ];
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: t('Show the details of a job'),
    matchOnDetail: true,
  });
  if (picked === undefined || !('job' in picked)) return;
  deps.showDetails(picked.job.id);
}
