/** The dialog “Run Task or Function…”: asks for the target, its arguments and options, and submits it. */
import * as vscode from 'vscode';
import type { Connection, RemoteSubmitRequest } from '../../../shared/connection.ts';
import { currentUser } from '../../base/submitter.ts';
import { escapeIcons, escapeLinks, hintText, messageText, problemText, type Translate } from '../../base/text.ts';
import { confirm } from '../../commandKit/confirm.ts';
import type { DetailDeps, RequestDeps, StartDeps } from '../../commandKit/deps.ts';
import { askText, pickOne } from '../../commandKit/quickInput.ts';
import { send } from '../../commandKit/send.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import { jsonProblem } from './json.ts';
import { delayProblem, noAnswers, priorityProblem, type RunAnswers, startWords, submitRequest } from './runAnswers.ts';
import type { Target } from './targetItems.ts';
import { pickTarget } from './targetPick.ts';

type Field = keyof RunAnswers;

export interface RunRemoteDeps extends RequestDeps, DetailDeps, StartDeps {
  readonly t: Translate;
}

/** Shows the dialog and submits the run. If that fails, the error is shown and the answers are kept for another try. */
export async function runRemote(deps: RunRemoteDeps, { name, engine, queues }: Connection): Promise<void> {
  const { t } = deps;
  const title = t('Run on {0}', name);
  const target = await pickTarget({
    engine,
    title,
    t,
    targets: (prefix) => send(deps, (client) => client.targets(name, prefix)),
  });
  if (target === undefined) return;
  const answers = { ...noAnswers };
  const first: Field[] = target.kind === 'task' ? ['args', 'kwargs'] : ['data'];
  for (const field of first) if (!(await ask(field, { target, answers, queues, t }))) return;
  for (;;) {
    const choice = await decide(target, answers, t);
    if (choice === undefined) return;
    if (choice !== 'run') await ask(choice, { target, answers, queues, t });
    else if (await submit(deps, name, submitRequest(target, answers, Date.now(), currentUser()))) return;
  }
}

interface Asked {
  readonly target: Target;
  readonly answers: RunAnswers;
  readonly queues: Connection['queues'];
  readonly t: Translate;
}

/** Asks for one value. Returns false if dismissed. */
async function ask(field: Field, { target, answers, queues, t }: Asked): Promise<boolean> {
  const texts: Record<Field, { prompt: string; placeHolder: string; problem(text: string): string | undefined }> = {
    args: {
      prompt: t('Arguments as a JSON list (optional)'),
      placeHolder: '[2, 3]',
      problem: (text) => jsonProblem(text, 'list', t),
    },
    kwargs: {
      prompt: t('Keyword arguments as a JSON object (optional)'),
      placeHolder: '{"dry": true}',
      problem: (text) => jsonProblem(text, 'object', t),
    },
    data: {
      prompt: t('Data as a JSON object (optional)'),
      placeHolder: '{"orderId": 7}',
      problem: (text) => jsonProblem(text, 'object', t),
    },
    queue: {
      prompt: t('Queue. Leave empty for the default queue of the task.'),
      placeHolder: queues.map(({ name }) => name).join(', '),
      problem: () => undefined,
    },
    delay: {
      prompt: t('Delay before it starts. Leave empty to start immediately.'),
      placeHolder: '10m',
      problem: (text) => delayProblem(text, t),
    },
    priority: {
      prompt: t('Priority. Redis runs 0 first, RabbitMQ the highest number.'),
      placeHolder: '0–255',
      problem: (text) => priorityProblem(text, t),
    },
  };
  const { problem, ...shown } = texts[field];
  const value = await askText({
    ...shown,
    title: target.name,
    value: answers[field],
    ignoreFocusOut: true,
    validateInput: problem,
  });
  if (value !== undefined) answers[field] = value;
  return value !== undefined;
}

interface DecisionItem extends vscode.QuickPickItem {
  readonly choice: Field | 'run';
}

/** Asks whether to run it or to change a value first. */
async function decide(target: Target, answers: RunAnswers, t: Translate): Promise<Field | 'run' | undefined> {
  const { kind } = target;
  const label = kind === 'event' ? t('Send') : t('Run');
  const none = t('none');
  const given =
    kind === 'task'
      ? [
          line('args', t('Arguments'), answers.args || none),
          line('kwargs', t('Keyword arguments'), answers.kwargs || none),
        ]
      : [line('data', t('Data'), answers.data || none)];
  const where =
    kind === 'task'
      ? [
          line('queue', t('Queue'), answers.queue || t('default')),
          line('priority', t('Priority'), answers.priority || t('default')),
        ]
      : [];
  // A function is invoked at once; an event can be sent for later.
  const when = kind === 'function' ? [] : [line('delay', t('Start'), startWords(answers, t))];
  const run: DecisionItem = { label: `$(play) ${label}`, description: escapeIcons(target.name), choice: 'run' };
  const picked = await pickOne([run, ...given, ...where, ...when], {
    title: target.name,
    placeHolder: t('Run it, or select a value to change'),
    ignoreFocusOut: true,
  });
  return picked?.choice;
}

function line(choice: Field, label: string, description: string): DecisionItem {
  return { label: `$(edit) ${label}`, description: escapeIcons(description), choice };
}

/** Returns whether it was submitted. An unknown name is sent only after confirmation, because it may be a typo. */
async function submit(deps: RunRemoteDeps, name: string, request: RemoteSubmitRequest): Promise<boolean> {
  const { t } = deps;
  try {
    const job = await send(deps, (client) => client.submitTo(name, request));
    deps.showStarted(job);
    return true;
  } catch (thrown) {
    const error = toJobdeckError(thrown);
    // The request may have arrived, so it is not offered again.
    if (error.code === 'INTERNAL' || error.code === 'DAEMON_UNREACHABLE') throw error;
    if (error.code !== 'UNKNOWN_TARGET') {
      void vscode.window.showErrorMessage(escapeLinks(problemText(error, t)));
      return false;
    }
    const yes = t('Send Anyway');
    const wanted = await confirm(escapeLinks(messageText(error, t)), hintText(error, t) ?? '', yes);
    return wanted && submit(deps, name, { ...request, anyName: true });
  }
}
