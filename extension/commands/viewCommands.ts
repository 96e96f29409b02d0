/** Commands that show or copy information. */

import * as vscode from 'vscode';
import { formatCommand } from '../../shared/format.ts';
import { extensionId, walkthroughId } from '../base/ids.ts';
import { chooseJobs } from '../commandKit/chooseJobs.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { ChooseDeps, DetailDeps } from '../commandKit/deps.ts';

type ViewCommandName = 'showDetails' | 'copyId' | 'copyCommand' | 'showStatistics' | 'getStarted';

export interface ViewDeps extends ChooseDeps, DetailDeps {
  showStatistics(): void;
}

export function viewCommands(deps: ViewDeps): Pick<CommandTable, ViewCommandName> {
  const { t } = deps;
  const anyJob = (placeholder: string) => ({ applies: () => true, placeholder, none: t('No jobs yet.') });
  return {
    showDetails: {
      offline: 'offer',
      async run(args) {
        const [job] = await chooseJobs(deps, args, anyJob(t('Select a job')));
        if (job !== undefined) deps.showDetails(job.id);
      },
    },
    copyId: {
      offline: 'works',
      async run(args) {
        const jobs = await chooseJobs(deps, args, anyJob(t('Select a job to copy its ID')));
        if (jobs.length > 0) await vscode.env.clipboard.writeText(jobs.map(({ id }) => id).join('\n'));
      },
    },
    copyCommand: {
      offline: 'offer',
      async run(args) {
        const jobs = await chooseJobs(deps, args, {
          applies: ({ commandLine }) => commandLine !== null,
          placeholder: t('Select a job to copy its command'),
          none: t('No jobs with a command.'),
        });
        if (jobs.length === 0) return;
        const client = await deps.connection.client();
        const lines = jobs.map(async (job) => {
          const { command } = await client.get(job.id);
          // Remote jobs only have a display line.
          return command === null ? (job.commandLine ?? '') : formatCommand(command);
        });
        await vscode.env.clipboard.writeText((await Promise.all(lines)).join('\n'));
      },
    },
    showStatistics: { offline: 'works', run: async () => deps.showStatistics() },
    getStarted: { offline: 'works', run: showWalkthrough },
  };
}

/** Opens the walkthrough. Jobdeck never opens it on its own. */
async function showWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', `${extensionId}#${walkthroughId}`);
}
