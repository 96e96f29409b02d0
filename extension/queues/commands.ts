/** Commands on queues: the one of a row, the selected one, or one from a picker. */

import type * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import { escapeIcons, type Translate } from '../base/text.ts';
import { type Choosable, chooseOne, type OneChoice } from '../commandKit/chooseOne.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { confirmLoss } from '../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps } from '../commandKit/deps.ts';
import { askText, pickOne } from '../commandKit/quickInput.ts';
import { send } from '../commandKit/send.ts';
import type { QueuesView } from './queuesView.ts';
import { describeQueue } from './row.ts';

/** Maximum concurrency of a queue, as in the daemon. */
const mostConcurrent = 10_000;

type QueueCommandName = 'changeQueue' | 'pauseQueue' | 'resumeQueue' | 'resizeQueue' | 'removeQueue';

export interface QueueCommandDeps extends RequestDeps, MessageDeps {
  readonly queues: Pick<QueuesView, 'selection' | 'refresh'>;
}

export function queueCommands(deps: QueueCommandDeps): Pick<CommandTable, QueueCommandName> {
  const { t } = deps;
  const any: OneChoice<Queue> = { applies: () => true, placeholder: t('Select a queue'), none: t('No queues.') };
  /** Changes a queue and shows the result. */
  const change = (choice: OneChoice<Queue>, act: (queue: Queue) => Promise<unknown>) => ({
    offline: 'offer' as const,
    async run(args: readonly unknown[]) {
      const queue = await chooseOne(choosable(deps), args, choice);
      if (queue === undefined) return;
      await act(queue);
      await deps.queues.refresh();
    },
  });
  return {
    changeQueue: change(any, (queue) => changeQueue(deps, queue)),
    pauseQueue: change({ ...any, applies: ({ paused }) => !paused, none: t('All queues are paused.') }, ({ name }) =>
      send(deps, (client) => client.pauseQueue(name)),
    ),
    resumeQueue: change({ ...any, applies: ({ paused }) => paused, none: t('No paused queues.') }, ({ name }) =>
      send(deps, (client) => client.resumeQueue(name)),
    ),
    resizeQueue: change(any, (queue) => changeConcurrency(deps, queue)),
    removeQueue: change(any, (queue) => removeQueue(deps, queue)),
  };
}

function choosable({ t, showMessage, connection, queues }: QueueCommandDeps): Choosable<Queue> {
  return {
    all: () => send({ connection }, (client) => client.queues()),
    refIn: ({ kind, name }) => (kind === 'queue' ? name : undefined),
    selected: () => queues.selection()?.name,
    isNamed: ({ name }, ref) => name === ref,
    gone: (name) => t('Queue {0} no longer exists.', name),
    item: (queue) => queueItem(queue, t),
    showMessage,
  };
}

/** Asks what to do with a queue. */
async function changeQueue(deps: QueueCommandDeps, queue: Queue): Promise<void> {
  const { t } = deps;
  const { name, paused } = queue;
  const toggle = paused
    ? { label: t('Resume'), description: t('start waiting jobs again') }
    : { label: t('Pause'), description: t('running jobs continue, no others start') };
  const resize = { label: t('Change Concurrency…'), description: t('how many jobs run at the same time') };
  const choice = await pickOne([toggle, resize], { title: t('Queue {0}', name) });
  if (choice === toggle) {
    await send(deps, (client) => (paused ? client.resumeQueue(name) : client.pauseQueue(name)));
  } else if (choice === resize) await changeConcurrency(deps, queue);
}

async function changeConcurrency(deps: QueueCommandDeps, { name, concurrency }: Queue): Promise<void> {
  const { t } = deps;
  const answer = await askText({
    title: t('Queue {0}', name),
    prompt: t('Maximum number of jobs that run at the same time. Leave empty for no limit.'),
    value: concurrency === null ? '' : String(concurrency),
    validateInput: (text) =>
      readConcurrency(text) === undefined ? t('Enter a whole number from 1 to {0}.', mostConcurrent) : null,
  });
  const size = answer === undefined ? undefined : readConcurrency(answer);
  if (size !== undefined) await send(deps, (client) => client.setQueue(name, { concurrency: size }));
}

/** A number of jobs, null for no limit, or undefined if the text is invalid. */
function readConcurrency(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const size = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return size >= 1 && size <= mostConcurrent ? size : undefined;
}

async function removeQueue(deps: QueueCommandDeps, { name }: Queue): Promise<void> {
  const { t } = deps;
  const detail = t('Its settings are deleted. Finished jobs are kept.');
  const buttons = { keep: t('Keep Queue'), lose: t('Remove') };
  if (!(await confirmLoss(t('Remove the queue {0}?', name), detail, buttons))) return;
  await send(deps, (client) => client.removeQueue(name));
}

function queueItem(queue: Queue, t: Translate): vscode.QuickPickItem {
  const label = `$(${queue.paused ? 'debug-pause' : 'list-ordered'}) ${escapeIcons(queue.name)}`;
  return { label, description: describeQueue(queue, t) };
}
