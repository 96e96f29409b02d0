/** Commands on schedules: the one of a row, the selected one, or one from a picker. */

import * as vscode from 'vscode';
import type { Schedule } from '../../shared/schedule.ts';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { type Choosable, chooseOne, type OneChoice } from '../commandKit/chooseOne.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { confirmLoss } from '../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps, StartDeps } from '../commandKit/deps.ts';
import { send } from '../commandKit/send.ts';
import { formatUntil } from './coarseTime.ts';
import { placeOf } from './placeOf.ts';
import type { SchedulesView } from './schedulesView.ts';

type ScheduleCommandName =
  | 'runSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'openSchedule'
  | 'copyScheduleName'
  | 'removeSchedule';

export interface ScheduleCommandDeps extends RequestDeps, MessageDeps, StartDeps {
  readonly schedules: Pick<SchedulesView, 'selection' | 'refresh'>;
}

export function scheduleCommands(deps: ScheduleCommandDeps): Pick<CommandTable, ScheduleCommandName> {
  const { t } = deps;
  const any: OneChoice<Schedule> = {
    applies: () => true,
    placeholder: t('Select a schedule'),
    none: t('No schedules yet.'),
  };
  const command = (choice: OneChoice<Schedule>, act: (schedule: Schedule) => Promise<unknown>) => ({
    offline: 'offer' as const,
    async run(args: readonly unknown[]) {
      const schedule = await chooseOne(choosable(deps), args, choice);
      if (schedule !== undefined) await act(schedule);
    },
  });
  /** Shows the result afterwards. */
  const change = (choice: OneChoice<Schedule>, act: (schedule: Schedule) => Promise<unknown>) =>
    command(choice, async (schedule) => {
      await act(schedule);
      await deps.schedules.refresh();
    });
  return {
    runSchedule: { ...change(any, (schedule) => runNow(deps, schedule)), startsJobs: true },
    pauseSchedule: change({ ...any, applies: ({ paused }) => !paused, none: t('No schedules to pause.') }, ({ id }) =>
      send(deps, (client) => client.pauseSchedule(id)),
    ),
    resumeSchedule: change({ ...any, applies: ({ paused }) => paused, none: t('No paused schedules.') }, ({ id }) =>
      send(deps, (client) => client.resumeSchedule(id)),
    ),
    openSchedule: command(
      { ...any, applies: ({ source }) => source !== null, none: t('No schedules are defined in a file.') },
      (schedule) => openDefinition(schedule, deps),
    ),
    copyScheduleName: command(any, async ({ name }) => vscode.env.clipboard.writeText(name)),
    removeSchedule: change(
      {
        applies: ({ source }) => source === null,
        placeholder: t('Select a schedule to remove'),
        none: t('No schedules to remove. To remove a schedule that is defined in a file, delete it there.'),
      },
      (schedule) => remove(deps, schedule),
    ),
  };
}

function choosable({ t, showMessage, connection, schedules }: ScheduleCommandDeps): Choosable<Schedule> {
  return {
    all: () => send({ connection }, (client) => client.schedules()),
    refIn: ({ kind, id }) => (kind === 'schedule' ? id : undefined),
    selected: () => schedules.selection()?.id,
    isNamed: ({ id, name }, ref) => id === ref || name === ref,
    gone: () => t('This schedule no longer exists.'),
    item: (schedule) => scheduleItem(schedule, Date.now(), t),
    showMessage,
  };
}

function scheduleItem(
  { name, cron, timezone, paused, nextRunAt }: Schedule,
  now: number,
  t: Translate,
): vscode.QuickPickItem {
  const next = nextRunAt === null ? t('no next run') : formatUntil(nextRunAt, now, t);
  return {
    label: `$(${paused ? 'debug-pause' : 'calendar'}) ${escapeIcons(oneLine(name))}`,
    description: paused ? t('paused') : next,
    detail: escapeIcons(`${cron} (${timezone})`),
  };
}

/** Runs the job of a schedule now and shows it, as any job the user starts. */
async function runNow(deps: ScheduleCommandDeps, { id }: Schedule): Promise<void> {
  const job = await send(deps, (client) => client.runSchedule(id));
  deps.showStarted(job);
}

/** Opens the file that defines a schedule, at its name if found. */
async function openDefinition({ name, source }: Schedule, { t, showMessage }: MessageDeps): Promise<void> {
  if (source === null)
    return showMessage(t('Schedule {0} is not defined in a file. It was added with a command.', name));
  const uri = vscode.Uri.file(source);
  const exists = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!exists) return showMessage(t('The file {0} no longer exists.', source));
  const document = await vscode.workspace.openTextDocument(uri);
  const position = document.positionAt(placeOf(name, document.getText()));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}

async function remove(deps: ScheduleCommandDeps, { id, name }: Schedule): Promise<void> {
  const { t } = deps;
  const detail = t('It stops running and its history is deleted. Its jobs are kept.');
  const buttons = { keep: t('Keep Schedule'), lose: t('Remove') };
  if (!(await confirmLoss(t('Remove the schedule {0}?', name), detail, buttons))) return;
  await send(deps, (client) => client.removeSchedule(id));
}
