/** The command on queues: which one, then what is to become of it. */
import * as vscode from 'vscode';
import { formatDuration } from '../../shared/format.ts';
import type { Queue } from '../../shared/job.ts';
import { escapeIcons, type Translate } from '../text.ts';
import type { CommandTable } from './command.ts';
import type { CommandDeps } from './deps.ts';
import { send } from './each.ts';

/** The most jobs of a queue that may be asked for to run at the same time; as the daemon has it. */
const mostConcurrent = 10_000;

export function queueCommands(deps: CommandDeps): Pick<CommandTable, 'queues'> {
  return { queues: { offline: 'offer', run: () => changeQueue(deps) } };
}

async function changeQueue(deps: CommandDeps): Promise<void> {
  const { t } = deps;
  const queues = await send(deps, (client) => client.queues());
  const picked = await vscode.window.showQuickPick(
    queues.map((queue) => queueItem(queue, t)),
    { placeHolder: t('Which queue?'), matchOnDescription: true },
  );
  if (picked === undefined) return;
  const { name, paused } = picked.queue;
  const turn = paused
    ? { label: t('Resume'), description: t('its jobs start again in their turn') }
    : { label: t('Pause'), description: t('what runs runs on, nothing else starts') };
  const resize = { label: t('Change Size…'), description: t('how many of its jobs run at the same time') };
  const choice = await vscode.window.showQuickPick([turn, resize], { title: t('Queue {0}', name) });
  if (choice === turn) {
    await send(deps, (client) => (paused ? client.resumeQueue(name) : client.pauseQueue(name)));
  } else if (choice === resize) await changeSize(deps, picked.queue);
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

interface QueueItem extends vscode.QuickPickItem {
  readonly queue: Queue;
}

function queueItem(queue: Queue, t: Translate): QueueItem {
  const { name, paused, running, waiting, concurrency, rate } = queue;
  return {
    label: `$(${paused ? 'debug-pause' : 'list-ordered'}) ${escapeIcons(name)}`,
    description: [
      ...(paused ? [t('paused')] : []),
      concurrency === null ? t('{0} running', running) : t('{0} of {1} running', running, concurrency),
      t('{0} waiting', waiting),
      ...(rate === null ? [] : [t('{0} starts per {1}', rate.count, formatDuration(rate.periodMs))]),
    ].join(' · '),
    queue,
  };
}
