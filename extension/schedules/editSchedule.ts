/** Changes and removes schedules: those of the daemon there, those of a file in the file. */
import * as vscode from 'vscode';
import type { Schedule } from '../../shared/schedule.ts';
import { confirmLoss } from '../commandKit/confirm.ts';
import type { MessageDeps, RequestDeps } from '../commandKit/deps.ts';
import { askAll } from '../commandKit/dialogSteps.ts';
import { send } from '../commandKit/send.ts';
import type { Tools } from '../definitions/loadTools.ts';
import { type ScheduleSettings, ScheduleSteps } from './scheduleSteps.ts';
import { localZone } from './timezones.ts';
import { type WriteScheduleDeps, writeSchedule } from './writeSchedule.ts';

export interface EditScheduleDeps extends RequestDeps, MessageDeps, WriteScheduleDeps {
  tools(): Tools;
}

/** Asks when it runs and with which options, beginning with the current ones. */
export async function editSchedule(deps: EditScheduleDeps, schedule: Schedule): Promise<void> {
  const { t, connection, tools } = deps;
  const { id, name, cron, timezone, overlap, source, job } = schedule;
  const queues = await send({ connection }, (client) => client.queues());
  const zone = timezone === localZone() ? null : timezone;
  const before: ScheduleSettings = { cron, timezone: zone, overlap, queue: job.queue };
  const steps = new ScheduleSteps({
    ...{ t, queues, before },
    title: () => t('Edit Schedule {0}', name),
    finish: t('Save Schedule'),
    send: (ask) => send({ connection }, ask),
  });
  const done = await askAll(
    (answered) => steps.steps()[answered],
    () => steps.steps().length,
  );
  if (!done) return;
  const after = steps.answers();
  if (source === null) {
    const change = { ...after, timezone: after.timezone === null ? localZone() : after.timezone };
    await send({ connection }, (client) => client.changeSchedule(id, change));
    return;
  }
  await writeSchedule(deps, vscode.Uri.file(source), (text) => tools().changeSchedule(text ?? '', name, after));
}

/** Removes it after confirmation. The job of a definition stays defined. */
export async function removeSchedule(deps: EditScheduleDeps, { id, name, source }: Schedule): Promise<void> {
  const { t, tools } = deps;
  const question = t('Remove the schedule {0}?', name);
  const buttons = { keep: t('Keep Schedule'), lose: t('Remove') };
  const kept = t('It stops running and its history is deleted. Its jobs are kept.');
  if (source === null) {
    if (await confirmLoss(question, kept, buttons)) await send(deps, (client) => client.removeSchedule(id));
    return;
  }
  const detail = t('Its definition stays in {0}, without the schedule. {1}', source, kept);
  if (!(await confirmLoss(question, detail, buttons))) return;
  await writeSchedule(deps, vscode.Uri.file(source), (text) => tools().changeSchedule(text ?? '', name, null));
}
