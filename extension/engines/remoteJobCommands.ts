/** Commands on remote jobs: rerun from a step, open the source, copy the ID at the engine. */
import * as vscode from 'vscode';
import type { FromStep } from '../../shared/connection.ts';
import type { Job, JobDetail, Step } from '../../shared/job.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import { isTerminal } from '../../shared/status.ts';
import { canBeginWith, stepWord } from '../../shared/steps.ts';
import { escapeIcons, oneLine } from '../base/text.ts';
import { chooseJobs } from '../commandKit/chooseJobs.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { ChooseDeps, DetailDeps, MessageDeps, StartDeps } from '../commandKit/deps.ts';
import { askText, pickOne } from '../commandKit/quickInput.ts';
import { send } from '../commandKit/send.ts';
import { jsonProblem, jsonValue } from './run/json.ts';
import { sourceQueryOf } from './source/taskName.ts';
import type { TaskSources } from './source/taskSources.ts';

type RemoteJobCommandName = 'rerunFromStep' | 'openTaskSource' | 'copyExternalId';

export interface RemoteJobCommandDeps extends ChooseDeps, DetailDeps, StartDeps {
  readonly sources: Pick<TaskSources, 'findNow'>;
}

export function remoteJobCommands(deps: RemoteJobCommandDeps): Pick<CommandTable, RemoteJobCommandName> {
  const { t } = deps;
  const isRemote = ({ connection }: Job) => connection !== null;
  const none = t('No Celery or Inngest jobs.');
  return {
    rerunFromStep: {
      offline: 'offer',
      startsJobs: true,
      async run(args) {
        const [job] = await chooseJobs(deps, args, {
          applies: ({ engine, status }) => engine === 'inngest' && isTerminal(status),
          placeholder: t('Select a job to rerun from a step'),
          none: t('No finished jobs with steps to rerun from.'),
        });
        if (job !== undefined) await rerun(deps, job, stepIn(args[0]));
      },
    },
    openTaskSource: {
      offline: 'offer',
      async run(args) {
        const [job] = await chooseJobs(deps, args, {
          applies: isRemote,
          placeholder: t('Select a job to open its source'),
          none,
        });
        if (job !== undefined) await openSource(deps, job);
      },
    },
    copyExternalId: {
      offline: 'works',
      async run(args) {
        const jobs = await chooseJobs(deps, args, {
          applies: isRemote,
          placeholder: t('Select a job to copy its ID'),
          none,
        });
        const ids = jobs.flatMap(({ externalId }) => externalId ?? []);
        if (ids.length > 0) await vscode.env.clipboard.writeText(ids.join('\n'));
        else if (jobs.length > 0) deps.showMessage(t('The engine has not reported an ID for this job yet.'));
      },
    },
  };
}

/** The step ID passed by a page. */
function stepIn(given: unknown): string | undefined {
  const { stepId } = (typeof given === 'object' ? (given ?? {}) : {}) as { stepId?: unknown };
  return typeof stepId === 'string' ? stepId : undefined;
}

/** Asks for the step, unless given, and its input, and reruns the job from there. */
async function rerun(deps: RemoteJobCommandDeps, { id }: Job, given: string | undefined): Promise<void> {
  const { t } = deps;
  const job = await send(deps, (client) => client.get(id));
  const { allowed, reason } = job.retryFromStep;
  if (!allowed) {
    if (reason === null) throw editorProblem('ENGINE_NOT_CAPABLE/noSteps');
    throw editorProblem('ENGINE_NOT_CAPABLE/stepReason', { reason });
  }
  const step = given === undefined ? await pickStep(deps, job) : job.steps.find((one) => one.id === given);
  if (step === undefined) return given === undefined ? undefined : deps.showMessage(t('This step no longer exists.'));
  const text = await askText({
    title: t('Rerun “{0}” from {1}', oneLine(job.title, 60), oneLine(step.label, 60)),
    prompt: t('Input for the step as JSON. Leave empty to reuse its previous input.'),
    placeHolder: '[{"orderId": 7}]',
    ignoreFocusOut: true,
    validateInput: (typed) => jsonProblem(typed, 'any', t),
  });
  if (text === undefined) return;
  const input = jsonValue(text);
  const fromStep: FromStep = { stepId: step.id, ...(input === undefined ? {} : { input }) };
  const started = await send(deps, (client) => client.retry(id, undefined, fromStep));
  deps.showStarted(started);
}

interface StepItem extends vscode.QuickPickItem {
  readonly step: Step;
}

async function pickStep({ t, showMessage }: MessageDeps, job: JobDetail): Promise<Step | undefined> {
  const steps = job.steps.filter(canBeginWith);
  if (steps.length === 0) {
    showMessage(t('No known steps in “{0}”.', oneLine(job.title)));
    return undefined;
  }
  const items = steps.map((step): StepItem => {
    const description = [...(step.kind === undefined ? [] : [step.kind]), stepWord(step.status, t)].join(' · ');
    return { label: escapeIcons(oneLine(step.label)), description, step };
  });
  const placeHolder = t('Select a step to rerun from');
  return (await pickOne(items, { placeHolder, matchOnDescription: true }))?.step;
}

async function openSource(deps: RemoteJobCommandDeps, job: Job): Promise<void> {
  const { t } = deps;
  if (job.connection === null) return deps.showMessage(t('“{0}” is not a Celery or Inngest job.', oneLine(job.title)));
  const { metadata } = await send(deps, (client) => client.get(job.id));
  const query = sourceQueryOf(job, metadata);
  const source = query === null ? null : await deps.sources.findNow(query);
  if (source === null) {
    const name = oneLine(query?.name ?? job.type);
    const text = t('Could not find the source of {0} in this workspace.', name);
    return deps.showMessage(
      [text, query?.engine === 'inngest' ? '' : t('Jobdeck searches by module name.')].join(' ').trim(),
    );
  }
  const at = new vscode.Position(source.line, 0);
  await vscode.window.showTextDocument(source.uri, { selection: new vscode.Range(at, at) });
}
