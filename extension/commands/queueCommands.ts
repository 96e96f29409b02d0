/** Commands on queues: on that of a row, the selected one, or one somebody picks. */
import * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import { describeQueue } from '../queues/row.ts';
import { escapeIcons, type Translate } from '../text.ts';
import type { CommandTable } from './command.ts';
import type { CommandDeps } from './deps.ts';
import { send } from './each.ts';

/** The most jobs of a queue that may be asked for to run at the same time; as the daemon has it. */
const mostConcurrent = 10_000;

type QueueCommandName = 'changeQueue' | 'pauseQueue' | 'resumeQueue' | 'resizeQueue' | 'removeQueue';

/** Which queue a command is about. */
interface QueueChoice {
  applies(queue: Queue): boolean;
  readonly placeholder: string;
  /** What to say when it applies to none. */
  readonly none: string;
}

export function queueCommands(deps: CommandDeps): Pick<CommandTable, QueueCommandName> {
  const { t } = deps;
  const any: QueueChoice = { applies: () => true, placeholder: t('Which queue?'), none: t('There is no queue.') };
  /** Has something done to the queue that is meant, and shown. */
  const change = (choice: QueueChoice, act: (queue: Queue) => Promise<unknown>) => ({
    offline: 'offer' as const,
    async run(args: readonly unknown[]) {
      const queue = await chooseQueue(deps, args, choice);
      if (queue === undefined) return;
      await act(queue);
      await deps.queues.refresh();
    },
  });
  return {
    changeQueue: change(any, (queue) => changeQueue(deps, queue)),
    pauseQueue: change({ ...any, applies: ({ paused }) => !paused, none: t('Every queue is paused.') }, ({ name }) =>
      send(deps, (client) => client.pauseQueue(name)),
    ),
    resumeQueue: change({ ...any, applies: ({ paused }) => paused, none: t('No queue is paused.') }, ({ name }) =>
      send(deps, (client) => client.resumeQueue(name)),
    ),
    resizeQueue: change(any, (queue) => changeSize(deps, queue)),
    removeQueue: change(any, (queue) => removeQueue(deps, queue)),
  };
}

/** The queue of the row the command was given, the selected one, or one somebody picks; undefined when nobody did. */
async function chooseQueue(
  deps: CommandDeps,
  args: readonly unknown[],
  { applies, placeholder, none }: QueueChoice,
): Promise<Queue | undefined> {
  const { t, tell } = deps;
  const queues = await send(deps, (client) => client.queues());
  // A menu on a row that was just redrawn hands over nothing (microsoft/vscode#144250): what is selected is meant.
  const given = args.length === 0 ? undefined : (nameIn(args[0]) ?? deps.queues.selection()?.name);
  if (given !== undefined) {
    const queue = queues.find(({ name }) => name === given);
    if (queue === undefined) tell(t('There is no queue {0} any more.', given));
    return queue;
  }
  const fitting = queues.filter(applies);
  if (fitting.length === 0) {
    tell(none);
    return undefined;
  }
  const items = fitting.map((queue) => queueItem(queue, t));
  return (await vscode.window.showQuickPick(items, { placeHolder: placeholder, matchOnDescription: true }))?.queue;
}

/** The name of a queue, from a row of the view or a text. */
function nameIn(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null) return undefined;
  const { kind, name } = given as Record<string, unknown>;
  return kind === 'queue' && typeof name === 'string' ? name : undefined;
}

/** Asks what is to become of a queue. */
async function changeQueue(deps: CommandDeps, queue: Queue): Promise<void> {
  const { t } = deps;
  const { name, paused } = queue;
  const turn = paused
    ? { label: t('Resume'), description: t('its jobs start again in their turn') }
    : { label: t('Pause'), description: t('what runs runs on, nothing else starts') };
  const resize = { label: t('Change Size…'), description: t('how many of its jobs run at the same time') };
  const choice = await vscode.window.showQuickPick([turn, resize], { title: t('Queue {0}', name) });
  if (choice === turn) {
    await send(deps, (client) => (paused ? client.resumeQueue(name) : client.pauseQueue(name)));
  } else if (choice === resize) await changeSize(deps, queue);
}

async function changeSize(deps: CommandDeps, { name, concurrency }: Queue): Promise<void> {
  const { t } = deps;
  const said = await vscode.window.showInputBox({
    title: t('Queue {0}', name),
    prompt: t('Jobs that run at the same time at most; nothing for any number'),
    value: concurrency === null ? '' : String(concurrency),
    validateInput: (text) => (readSize(text) === undefined ? t('A whole number from 1 to {0}', mostConcurrent) : null),
  });
  const size = said === undefined ? undefined : readSize(said);
  if (size !== undefined) await send(deps, (client) => client.setQueue(name, { concurrency: size }));
}

/** A number of jobs; null for any, undefined for what is neither. */
export function readSize(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  const size = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return size >= 1 && size <= mostConcurrent ? size : undefined;
}

async function removeQueue(deps: CommandDeps, { name }: Queue): Promise<void> {
  const { t } = deps;
  const remove = t('Remove');
  const detail = t('Its settings are gone then; jobs that have ended stay.');
  const choice = await vscode.window.showWarningMessage(
    t('Remove the queue {0}?', name),
    { modal: true, detail },
    remove,
  );
  if (choice === remove) await send(deps, (client) => client.removeQueue(name));
}

interface QueueItem extends vscode.QuickPickItem {
  readonly queue: Queue;
}

function queueItem(queue: Queue, t: Translate): QueueItem {
  const label = `$(${queue.paused ? 'debug-pause' : 'list-ordered'}) ${escapeIcons(queue.name)}`;
  return { label, description: describeQueue(queue, t), queue };
}
