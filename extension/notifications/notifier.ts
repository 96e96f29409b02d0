/** Tells people of jobs that ended: several at once in one message, with what can be done about it. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds, settingIds } from '../base/ids.ts';
import { escapeLinks, type Translate } from '../base/text.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { type Answer, type AnswerRules, answersTo } from './answers.ts';
import { Endings } from './endings.ts';
import {
  grouped,
  type News,
  type NewsRules,
  type NotificationLevel,
  newsOf,
  newsSentence,
  notificationLevels,
} from './news.ts';

/** Milliseconds in which endings are collected for one message. */
const collecting = 1_000;

export interface NotifierDeps {
  readonly model: JobsModel;
  readonly t: Translate;
  /** Whether somebody has the job's page or log before their eyes. */
  isLookedAt(job: Job): boolean;
  readonly connectionOf: AnswerRules['connectionOf'];
  /** By the definition of a job: its level, and what is said of its end; null where it says nothing. */
  readonly looks: {
    levelOf(job: Job): NotificationLevel | null;
    messageOf(job: Job): Promise<string | null>;
  };
}

export class Notifier implements Disposable {
  readonly #deps: NotifierDeps;
  readonly #endings: Endings;
  #collected: Job[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: NotifierDeps) {
    this.#deps = deps;
    this.#endings = new Endings(deps.model);
    this.#endings.onDidEnd((ended) => this.#collect(ended));
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#endings.dispose();
  }

  #collect(ended: readonly Job[]): void {
    const news = newsOf(ended, this.#rules());
    if (news.length === 0) return;
    this.#collected.push(...news.flatMap(({ jobs }) => jobs));
    this.#timer ??= setTimeout(() => this.#tell(), collecting);
  }

  #tell(): void {
    const told = this.#collected;
    this.#collected = [];
    this.#timer = undefined;
    for (const news of grouped(told)) void this.#show(news);
  }

  #rules(): NewsRules {
    const settings = vscode.workspace.getConfiguration();
    const { model, isLookedAt, looks } = this.#deps;
    return {
      level: readLevel(settings.get(settingIds.notifications)) ?? 'failures',
      byType: readByType(settings.get(settingIds.notificationsByType)),
      folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      isLookedAt,
      ownLevel: (job) => looks.levelOf(job),
      hasGroup: ({ parentId }) => parentId !== null && model.get(parentId)?.engine === 'group',
    };
  }

  async #show(news: News): Promise<void> {
    const { t } = this.#deps;
    const [job] = news.jobs;
    if (job === undefined) return;
    const { connectionOf, looks } = this.#deps;
    const answers = answersTo(news, { mayStart: vscode.workspace.isTrusted, connectionOf }, t);
    const own = news.jobs.length === 1 ? await looks.messageOf(job) : null;
    const show = news.failed ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    await this.#answer(await show(escapeLinks(own ?? newsSentence(news, t)), ...answers), news);
  }

  async #answer(answer: Answer | undefined, { jobs, failed }: News): Promise<void> {
    if (answer === undefined) return;
    if (answer.command !== null) {
      const ids = jobs.map(({ id }) => id);
      await vscode.commands.executeCommand(answer.command, ...(answer.command === commandIds.showJobs ? [] : [ids]));
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

/** A setting may hold anything: what is no level is left out. */
function readByType(value: unknown): Record<string, NotificationLevel> {
  if (typeof value !== 'object' || value === null) return {};
  const levels = Object.entries(value).flatMap(([type, said]): [string, NotificationLevel][] => {
    const level = readLevel(said);
    return level === undefined ? [] : [[type, level]];
  });
  return Object.fromEntries(levels);
}
