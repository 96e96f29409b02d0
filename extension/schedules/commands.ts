/** Commands on schedules: the one of a row, the selected one, or one from a picker. */

import * as vscode from 'vscode';
import type { Schedule } from '../../shared/schedule.ts';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { type Choosable, chooseOne, type OneChoice } from '../commandKit/chooseOne.ts';
import type { CommandTable } from '../commandKit/command.ts';
import type { MessageDeps, StartDeps } from '../commandKit/deps.ts';
import { send } from '../commandKit/send.ts';
import { formatUntil } from './coarseTime.ts';
import { type EditScheduleDeps, editSchedule, removeSchedule } from './editSchedule.ts';
import { type NewScheduleDeps, newSchedule } from './newSchedule.ts';
import { placeOf } from './placeOf.ts';
import type { SchedulesView } from './schedulesView.ts';

type ScheduleCommandName =
  | 'runSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'openSchedule'
  | 'copyScheduleName'
  | 'newSchedule'
  | 'editSchedule'
  | 'removeSchedule';

export type ScheduleCommandDeps = NewScheduleDeps &
  EditScheduleDeps &
  StartDeps & { readonly schedules: Pick<SchedulesView, 'selection' | 'refresh' | 'reveal'> };

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
    newSchedule: { offline: 'start', startsJobs: true, run: () => newSchedule(deps) },
    editSchedule: {
      ...change({ ...any, placeholder: t('Select a schedule to edit') }, (schedule) => editSchedule(deps, schedule)),
      startsJobs: true,
    },
    removeSchedule: change({ ...any, placeholder: t('Select a schedule to remove') }, (schedule) =>
      removeSchedule(deps, schedule),
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
