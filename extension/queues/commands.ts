/** Commands on queues: on that of a row, the selected one, or one somebody picks. */

import type * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import { escapeIcons, type Translate } from '../base/text.ts';
import { type Choosable, chooseOne, type OneChoice } from '../commandKit/chooseOne.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { confirm } from '../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps } from '../commandKit/deps.ts';
import { askText, pickOne } from '../commandKit/quickInput.ts';
import { send } from '../commandKit/send.ts';
import type { QueuesView } from './queuesView.ts';
import { describeQueue } from './row.ts';

/** The most jobs of a queue that may be asked for to run at the same time; as the daemon has it. */
const mostConcurrent = 10_000;

type QueueCommandName = 'changeQueue' | 'pauseQueue' | 'resumeQueue' | 'resizeQueue' | 'removeQueue';

export interface QueueCommandDeps extends RequestDeps, MessageDeps {
  readonly queues: Pick<QueuesView, 'selection' | 'refresh'>;
}

export function queueCommands(deps: QueueCommandDeps): Pick<CommandTable, QueueCommandName> {
  const { t } = deps;
  const any: OneChoice<Queue> = { applies: () => true, placeholder: t('Select a queue'), none: t('No queues.') };
  /** Has something done to the queue that is meant, and shown. */
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
    resizeQueue: change(any, (queue) => changeSize(deps, queue)),
    removeQueue: change(any, (queue) => removeQueue(deps, queue)),
  };
}

function choosable({ t, tell, connection, queues }: QueueCommandDeps): Choosable<Queue> {
  return {
    all: () => send({ connection }, (client) => client.queues()),
    refIn: ({ kind, name }) => (kind === 'queue' ? name : undefined),
    selected: () => queues.selection()?.name,
    isNamed: ({ name }, ref) => name === ref,
    gone: (name) => t('Queue {0} no longer exists.', name),
    item: (queue) => queueItem(queue, t),
    tell,
  };
}

/** Asks what is to become of a queue. */
async function changeQueue(deps: QueueCommandDeps, queue: Queue): Promise<void> {
  const { t } = deps;
  const { name, paused } = queue;
  const turn = paused
    ? { label: t('Resume'), description: t('start waiting jobs again') }
    : { label: t('Pause'), description: t('running jobs continue, no others start') };
  const resize = { label: t('Change Concurrency…'), description: t('how many jobs run at the same time') };
  const choice = await pickOne([turn, resize], { title: t('Queue {0}', name) });
  if (choice === turn) {
    await send(deps, (client) => (paused ? client.resumeQueue(name) : client.pauseQueue(name)));
  } else if (choice === resize) await changeSize(deps, queue);
}

async function changeSize(deps: QueueCommandDeps, { name, concurrency }: Queue): Promise<void> {
  const { t } = deps;
  const said = await askText({
    title: t('Queue {0}', name),
    prompt: t('Maximum number of jobs that run at the same time. Leave empty for no limit.'),
    value: concurrency === null ? '' : String(concurrency),
    validateInput: (text) =>
      readSize(text) === undefined ? t('Enter a whole number from 1 to {0}.', mostConcurrent) : null,
  });
  const size = said === undefined ? undefined : readSize(said);
  if (size !== undefined) await send(deps, (client) => client.setQueue(name, { concurrency: size }));
}

/** A number of jobs; null for any, undefined for what is neither. */
function readSize(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const size = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return size >= 1 && size <= mostConcurrent ? size : undefined;
}

async function removeQueue(deps: QueueCommandDeps, { name }: Queue): Promise<void> {
  const { t } = deps;
  const detail = t('Its settings are deleted. Finished jobs are kept.');
  if (!(await confirm(t('Remove the queue {0}?', name), detail, t('Remove')))) return;
  await send(deps, (client) => client.removeQueue(name));
}

function queueItem(queue: Queue, t: Translate): vscode.QuickPickItem {
  const label = `$(${queue.paused ? 'debug-pause' : 'list-ordered'}) ${escapeIcons(queue.name)}`;
  return { label, description: describeQueue(queue, t) };
}
