/** Commands on schedules: on that of a row, the selected one, or one somebody picks. */
import * as vscode from 'vscode';
import type { Schedule } from '../../shared/schedule.ts';
import { formatUntil } from '../schedules/coarseTime.ts';
import { placeOf } from '../schedules/placeOf.ts';
import { escapeIcons, oneLine, type Translate } from '../text.ts';
import type { CommandTable } from './command.ts';
import type { CommandDeps } from './deps.ts';
import { send } from './each.ts';

type ScheduleCommandName =
  | 'runSchedule'
  | 'pauseSchedule'
  | 'resumeSchedule'
  | 'openSchedule'
  | 'copyScheduleName'
  | 'removeSchedule';

/** Which schedule a command is about. */
interface ScheduleChoice {
  applies(schedule: Schedule): boolean;
  readonly placeholder: string;
  /** What to say when it applies to none. */
  readonly none: string;
}

export function scheduleCommands(deps: CommandDeps): Pick<CommandTable, ScheduleCommandName> {
  const { t } = deps;
  const any: ScheduleChoice = {
    applies: () => true,
    placeholder: t('Which schedule?'),
    none: t('There are no schedules yet.'),
  };
  const command = (choice: ScheduleChoice, act: (schedule: Schedule) => Promise<unknown>) => ({
    offline: 'offer' as const,
    async run(args: readonly unknown[]) {
      const schedule = await chooseSchedule(deps, args, choice);
      if (schedule !== undefined) await act(schedule);
    },
  });
  /** Shows afterwards what has become of it. */
  const change = (choice: ScheduleChoice, act: (schedule: Schedule) => Promise<unknown>) =>
    command(choice, async (schedule) => {
      await act(schedule);
      await deps.schedules.refresh();
    });
  return {
    runSchedule: { ...change(any, (schedule) => runNow(deps, schedule)), startsJobs: true },
    pauseSchedule: change(
      { ...any, applies: ({ paused }) => !paused, none: t('There is no schedule that could be paused.') },
      ({ id }) => send(deps, (client) => client.pauseSchedule(id)),
    ),
    resumeSchedule: change({ ...any, applies: ({ paused }) => paused, none: t('No schedule is paused.') }, ({ id }) =>
      send(deps, (client) => client.resumeSchedule(id)),
    ),
    openSchedule: command(
      { ...any, applies: ({ source }) => source !== null, none: t('No schedule is defined in a file.') },
      (schedule) => openDefinition(schedule, deps),
    ),
    copyScheduleName: command(any, async ({ name }) => vscode.env.clipboard.writeText(name)),
    removeSchedule: change(
      {
        applies: ({ source }) => source === null,
        placeholder: t('Which schedule is to be removed?'),
        none: t('No schedule is there to be removed; those of a file go with their lines in it.'),
      },
      (schedule) => remove(deps, schedule),
    ),
  };
}

/** The schedule of the row the command was given, the selected one, or one somebody picks; undefined when nobody did. */
async function chooseSchedule(
  deps: CommandDeps,
  args: readonly unknown[],
  { applies, placeholder, none }: ScheduleChoice,
): Promise<Schedule | undefined> {
  const { t, tell } = deps;
  const schedules = await send(deps, (client) => client.schedules());
  // A menu on a row that was just redrawn hands over nothing (microsoft/vscode#144250): what is selected is meant.
  const given = args.length === 0 ? undefined : (refIn(args[0]) ?? deps.schedules.selection()?.id);
  if (given !== undefined) {
    const schedule = schedules.find(({ id, name }) => id === given || name === given);
    if (schedule === undefined) tell(t('This schedule is not there any more.'));
    return schedule;
  }
  const fitting = schedules.filter(applies);
  if (fitting.length === 0) {
    tell(none);
    return undefined;
  }
  const now = Date.now();
  const items = fitting.map((schedule) => scheduleItem(schedule, now, t));
  const picked = await vscode.window.showQuickPick(items, {
    placeHolder: placeholder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.schedule;
}

/** The id or name of a schedule, from a row of the view or a text. */
function refIn(given: unknown): string | undefined {
  if (typeof given === 'string') return given;
  if (typeof given !== 'object' || given === null) return undefined;
  const { kind, id } = given as Record<string, unknown>;
  return kind === 'schedule' && typeof id === 'string' ? id : undefined;
}

interface ScheduleItem extends vscode.QuickPickItem {
  readonly schedule: Schedule;
}

function scheduleItem(schedule: Schedule, now: number, t: Translate): ScheduleItem {
  const { name, cron, timezone, paused, nextRunAt } = schedule;
  const next = nextRunAt === null ? t('never runs again') : formatUntil(nextRunAt, now, t);
  return {
    label: `$(${paused ? 'debug-pause' : 'calendar'}) ${escapeIcons(oneLine(name))}`,
    description: paused ? t('paused') : next,
    detail: escapeIcons(`${cron} (${timezone})`),
    schedule,
  };
}

/** Runs a schedule's job now, and shows its log as that of any job somebody starts. */
async function runNow(deps: CommandDeps, { id }: Schedule): Promise<void> {
  const job = await send(deps, (client) => client.runSchedule(id));
  if (job.children === null && deps.opensLogOnStart(job.id)) deps.logs.openStarting(job);
}

/** Opens the file that defines a schedule, at its name when that is found in it. */
async function openDefinition({ name, source }: Schedule, { t, tell }: CommandDeps): Promise<void> {
  if (source === null) return tell(t('The schedule {0} was added by a command; no file defines it.', name));
  const uri = vscode.Uri.file(source);
  const there = await vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
  if (!there) return tell(t('The file {0} is not there any more.', source));
  const document = await vscode.workspace.openTextDocument(uri);
  const position = document.positionAt(placeOf(name, document.getText()));
  await vscode.window.showTextDocument(document, { selection: new vscode.Range(position, position) });
}

async function remove(deps: CommandDeps, { id, name }: Schedule): Promise<void> {
  const { t } = deps;
  const yes = t('Remove');
  const detail = t('It runs no more and its history is gone; its jobs stay.');
  const choice = await vscode.window.showWarningMessage(
    t('Remove the schedule {0}?', name),
    { modal: true, detail },
    yes,
  );
  if (choice === yes) await send(deps, (client) => client.removeSchedule(id));
}
