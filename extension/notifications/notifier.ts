/** Shows notifications about finished jobs, several jobs in one notification. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds, settingIds } from '../base/ids.ts';
import { escapeLinks, type Translate } from '../base/text.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { type ActionRules, actionsFor, type NotificationAction } from './actions.ts';
import { FinishedJobs } from './finishedJobs.ts';
import {
  type JobNotification,
  jobsToNotify,
  type NotificationLevel,
  type NotificationRules,
  notificationLevels,
  notificationOf,
  notificationText,
} from './notification.ts';

/** Milliseconds in which finished jobs are collected into one notification. */
const collectTime = 1_000;

export interface NotifierDeps {
  readonly model: JobsModel;
  readonly t: Translate;
  /** Whether the user is viewing the page or log of the job. */
  isInView(job: Job): boolean;
  /** Name of the place of the failure, such as `test_shop.py:9`, if the file exists. */
  placeOf(job: Job): Promise<string | null>;
  /** Selects the topmost row of these jobs. */
  select(jobIds: readonly string[]): Promise<void>;
  readonly connectionOf: ActionRules['connectionOf'];
  /** Level and message from the definition of a job. Null if not set. */
  readonly looks: {
    levelOf(job: Job): NotificationLevel | null;
    messageOf(job: Job): Promise<string | null>;
  };
}

export class Notifier implements Disposable {
  readonly #deps: NotifierDeps;
  readonly #finishedJobs: FinishedJobs;
  #collected: Job[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#finishedJobs = new FinishedJobs(deps.model);
    this.#finishedJobs.onDidFinish((ended) => this.#collect(ended));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#finishedJobs.dispose();
  }

  #collect(ended: readonly Job[]): void {
    const jobs = jobsToNotify(ended, this.#rules());
    if (jobs.length === 0) return;
    this.#collected.push(...jobs);
    this.#timer ??= setTimeout(() => this.#flush(), collectTime);
  }

  #flush(): void {
    // The start of a job opens its log, which may have appeared only now.
    const notification = notificationOf(this.#collected.filter((job) => !this.#deps.isInView(job)));
    this.#collected = [];
    this.#timer = undefined;
    if (notification !== null) void this.#show(notification);
  }

  #rules(): NotificationRules {
    const settings = vscode.workspace.getConfiguration();
    const { model, isInView, looks } = this.#deps;
    return {
      level: readLevel(settings.get(settingIds.notifications)) ?? 'failures',
      byType: readByType(settings.get(settingIds.notificationsByType)),
      folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      isInView,
      definedLevel: (job) => looks.levelOf(job),
      hasGroup: ({ parentId }) => parentId !== null && model.get(parentId)?.engine === 'group',
    };
  }

  async #show(notification: JobNotification): Promise<void> {
    const { t } = this.#deps;
    const [job] = notification.jobs;
    if (job === undefined) return;
    const { connectionOf, looks, placeOf } = this.#deps;
    const isOne = notification.jobs.length === 1;
    const [own, place] = isOne ? await Promise.all([looks.messageOf(job), placeOf(job)]) : [null, null];
    const actions = actionsFor(notification, { mayStart: vscode.workspace.isTrusted, connectionOf }, t, place);
    const show = notification.failed ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    await this.#run(await show(escapeLinks(own ?? notificationText(notification, t)), ...actions), notification);
  }

  async #run(action: NotificationAction | undefined, { jobs, failed }: JobNotification): Promise<void> {
    if (action === undefined) return;
    if (action.command !== null) {
      const ids = jobs.map(({ id }) => id);
      await this.#deps.select(ids);
      await vscode.commands.executeCommand(action.command, ...(action.command === commandIds.showJobs ? [] : [ids]));
      return;
    }
    const level: NotificationLevel = failed ? 'never' : 'failures';
    const settings = vscode.workspace.getConfiguration();
    await settings.update(settingIds.notifications, level, vscode.ConfigurationTarget.Global);
  }
}

function readLevel(value: unknown): NotificationLevel | undefined {
  return notificationLevels.find((level) => level === value);
}

/** A setting may have any value. Invalid levels are left out. */
function readByType(value: unknown): Record<string, NotificationLevel> {
  if (typeof value !== 'object' || value === null) return {};
  const levels = Object.entries(value).flatMap(([type, setting]): [string, NotificationLevel][] => {
    const level = readLevel(setting);
    return level === undefined ? [] : [[type, level]];
  });
  return Object.fromEntries(levels);
}
