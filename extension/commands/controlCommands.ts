/** Commands on active jobs: pause and resume, hold and release, send input, and force stop. */
import * as vscode from 'vscode';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { JobAction } from '../../shared/job.ts';
import { escapeLinks, oneLine, problemText } from '../base/text.ts';
import { chooseJobs } from '../commandKit/chooseJobs.ts';
import type { CommandSpec, CommandTable } from '../commandKit/command.ts';
import { confirmLoss, titles } from '../commandKit/confirm.ts';
import type { ChooseDeps } from '../commandKit/deps.ts';
import { forEachJob } from '../commandKit/send.ts';
import { toJobdeckError } from '../daemon/failure.ts';

type ControlName = 'pause' | 'resume' | 'hold' | 'release';
type OwnName = 'sendInput' | 'forceFail';

interface Control {
  readonly action: JobAction & keyof DaemonClient & ControlName;
  readonly placeholder: string;
  readonly none: string;
}

export function controlCommands(deps: ChooseDeps): Pick<CommandTable, ControlName | OwnName> {
  const { t } = deps;
  return {
    pause: control(deps, {
      action: 'pause',
      placeholder: t('Select a job to pause'),
      none: t('No running jobs to pause.'),
    }),
    resume: control(deps, {
      action: 'resume',
      placeholder: t('Select a job to resume'),
      none: t('No paused jobs to resume.'),
    }),
    hold: control(deps, {
      action: 'hold',
      placeholder: t('Select a job to hold'),
      none: t('No waiting jobs to hold.'),
    }),
    release: control(deps, {
      action: 'release',
      placeholder: t('Select a job to release'),
      none: t('No held jobs to release.'),
    }),
    sendInput: { offline: 'offer', run: (args) => sendInput(deps, args) },
    forceFail: { offline: 'offer', run: (args) => forceFail(deps, args) },
  };
}

/** Asks for lines to send until the input box is closed. */
async function sendInput(deps: ChooseDeps, args: readonly unknown[]): Promise<void> {
  const { t } = deps;
  const [job] = await chooseJobs(deps, args, {
    applies: (one) => one.capabilities.input.allowed,
    placeholder: t('Select a job to send input to'),
    none: t('No running jobs that accept input.'),
  });
  if (job === undefined) return;
  const end = {
    iconPath: new vscode.ThemeIcon('debug-disconnect'),
    tooltip: t('Close Input (End of File)'),
  };
  const box = vscode.window.createInputBox();
  box.title = t('Send Input to “{0}”', oneLine(job.title, 60));
  box.placeholder = t('Type a line and press Enter to send it');
  box.buttons = [end];
  const send = async (text: string, ends: boolean) => {
    box.enabled = false;
    try {
      const client = await deps.connection.client();
      await client.input(job.id, ends ? { end: true } : { text: `${text}\n` });
      box.validationMessage = undefined;
      box.value = '';
      if (ends) box.hide();
    } catch (error) {
      box.validationMessage = escapeLinks(problemText(toJobdeckError(error), t));
    }
    box.enabled = true;
  };
  box.onDidAccept(() => void send(box.value, false));
  box.onDidTriggerButton(() => void send('', true));
  box.onDidHide(() => box.dispose());
  box.show();
}

async function forceFail(deps: ChooseDeps, args: readonly unknown[]): Promise<void> {
  const { t } = deps;
  const jobs = await chooseJobs(deps, args, {
    applies: (job) => job.capabilities.forceFail.allowed,
    placeholder: t('Select a job to force stop'),
    none: t('No running or waiting jobs to force stop.'),
  });
  if (jobs.length === 0) return;
  const question = jobs.length === 1 ? t('Force stop this job?') : t('Force stop {0} jobs?', jobs.length);
  const warning = t('Its processes are killed immediately. Work in progress may be left incomplete.');
  const buttons = { keep: t('Keep Running'), lose: t('Force Stop') };
  if (!(await confirmLoss(question, `${titles(jobs)}\n\n${warning}`, buttons))) return;
  await forEachJob(deps, jobs, (client, { id }) => client.forceFail(id));
}

function control(deps: ChooseDeps, { action, placeholder, none }: Control): CommandSpec {
  return {
    offline: 'offer',
    async run(args) {
      const applies: Parameters<typeof chooseJobs>[2]['applies'] = (job) => job.capabilities[action].allowed;
      const jobs = await chooseJobs(deps, args, { applies, placeholder, none });
      await forEachJob(deps, jobs, (client, { id }) => client[action](id));
    },
  };
}
