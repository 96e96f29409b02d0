/** Asks what to run, when and how, and adds the schedule to a definition file or to the daemon. */

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { describeCron } from '../../shared/cadence.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Queue } from '../../shared/job.ts';
import { type JobTemplate, type ScheduleRequest, scheduleNamePattern } from '../../shared/schedule.ts';
import { currentUser, environment } from '../base/submitter.ts';
import type { MessageDeps, RequestDeps } from '../commandKit/deps.ts';
import { type Ask, askAll, askListStep, askTextStep } from '../commandKit/dialogSteps.ts';
import { send } from '../commandKit/send.ts';
import { currentFolder } from '../commandKit/startJob.ts';
import { definedItem } from '../definitions/definedItem.ts';
import { type DefinitionFiles, fileIn } from '../definitions/definitionFiles.ts';
import { type DraftDeps, draftItems, headed, typedDraft } from '../definitions/draftItems.ts';
import type { Tools } from '../definitions/loadTools.ts';
import { nameError } from '../definitions/newDefinition.ts';
import { askTemplate, jobsToRun, type RunnableJob } from '../definitions/runDefined.ts';
import { type Draft, freeName } from '../definitions/sources.ts';
import { textOf } from '../definitions/writeDefinitions.ts';
import { type Option, type ScheduleAnswers, ScheduleSteps } from './scheduleSteps.ts';
import { type WriteScheduleDeps, writeSchedule } from './writeSchedule.ts';

export interface NewScheduleDeps extends RequestDeps, MessageDeps, DraftDeps, WriteScheduleDeps {
  readonly definitions: DefinitionFiles;
  readonly schedules: { refresh(): Promise<void>; reveal(name: string): Promise<void> };
  tools(): Tools;
}

/** What the schedule runs. */
type What = { readonly job: RunnableJob } | { readonly draft: Draft };
interface WhatItem extends vscode.QuickPickItem {
  readonly what?: What;
}

/** Where the schedule is kept: in the file of a folder or of a definition, or by the daemon (null). */
type Home = vscode.Uri | null;

export async function newSchedule(deps: NewScheduleDeps): Promise<void> {
  const { connection } = deps;
  await deps.definitions.ready();
  const [queues, schedules] = await send({ connection }, (client) =>
    Promise.all([client.queues(), client.schedules()]),
  );
  await new NewScheduleDialog(
    deps,
    queues,
    schedules.map(({ name }) => name),
  ).run();
}

class NewScheduleDialog {
  readonly #deps: NewScheduleDeps;
  readonly #taken: readonly string[];
  readonly #steps: ScheduleSteps;
  readonly #folder = currentFolder();
  #what: What | undefined;
  #home: Home = null;
  #name = '';
  /** The text of the file. */
  #text: string | null = null;

  constructor(deps: NewScheduleDeps, queues: readonly Queue[], taken: readonly string[]) {
    this.#deps = deps;
    this.#taken = taken;
    const { t, connection } = deps;
    const before = null;
    this.#steps = new ScheduleSteps({
      ...{ t, queues, before },
      title: () => this.#title(),
      finish: t('Create Schedule'),
      options: () => this.#options(),
      send: (ask) => send({ connection }, ask),
    });
  }

  async run(): Promise<void> {
    const done = await askAll(
      (answered) => this.#asks()[answered],
      () => this.#asks().length,
    );
    if (!done || this.#what === undefined) return;
    const settings = this.#steps.answers();
    if (this.#home === null) await this.#keepInDaemon(this.#what, settings);
    else await this.#writeToFile(this.#home, this.#what, settings);
    await this.#deps.schedules.refresh();
    await this.#deps.schedules.reveal(this.#name);
  }

  #asks(): Ask[] {
    return [this.#askWhat, ...this.#steps.steps()];
  }

  /** The name and the place of the schedule. One that is in the file of its job has the name of the job. */
  #options(): Option[] {
    const { t } = this.#deps;
    const inOwnFile = this.#home !== null && this.#what !== undefined && 'job' in this.#what;
    const place =
      this.#home === null ? t('the daemon, on this machine only') : vscode.workspace.asRelativePath(this.#home);
    return [
      ...(inOwnFile ? [] : [{ label: t('Name'), description: this.#name, ask: this.#askName }]),
      ...(this.#homes().length > 1 ? [{ label: t('Kept In'), description: place, ask: this.#askHome }] : []),
    ];
  }

  readonly #askWhat: Ask = async (place) => {
    const { t } = this.#deps;
    const answer = await askListStep<WhatItem>({
      ...place,
      title: t('New Schedule'),
      placeholder: t('Select what to run, or type a command'),
      items: this.#offered(),
      typed: (text) => {
        const item = typedDraft(text, t);
        return item === null || item.draft === undefined ? null : { ...item, what: { draft: item.draft } };
      },
    });
    if (answer.to === 'next') await this.#chose(answer.value.what);
    return answer;
  };

  async #chose(what: What | undefined): Promise<void> {
    this.#what = what;
    if (what === undefined) return;
    [this.#home = null] = this.#homes();
    await this.#homeChosen();
    const schedule = 'job' in what ? what.job.definition.schedule : undefined;
    if (!('job' in what) || schedule === undefined) return;
    const { cron, overlap = 'skip', timezone = null } = typeof schedule === 'string' ? { cron: schedule } : schedule;
    this.#steps.begin({ cron, overlap, queue: what.job.definition.queue ?? 'default', timezone });
  }

  async #homeChosen(): Promise<void> {
    const what = this.#what;
    if (what === undefined) return;
    this.#text = this.#home === null ? null : await textOf(this.#home);
    const name = 'job' in what ? what.job.name : what.draft.name;
    const inOwnFile = 'job' in what && this.#home !== null;
    this.#name = inOwnFile ? name : freeName(name, (one) => this.#refuse(one) !== undefined);
  }

  async #offered(): Promise<WhatItem[]> {
    const { t, definitions } = this.#deps;
    const jobs = jobsToRun(definitions).filter(({ definition }) => canRunAlone(definition.inputs));
    const drafts = this.#folder === undefined ? [] : await draftItems(this.#deps, this.#folder);
    return [
      ...headed<WhatItem>(
        t('Jobs'),
        jobs.map((job) => ({ ...definedItem(job), ...this.#scheduleOf(job), what: { job } })),
      ),
      ...drafts.map(({ draft, ...item }) => (draft === undefined ? item : { ...item, what: { draft } })),
    ];
  }

  /** Jobs that already have a schedule say so. */
  #scheduleOf({ definition: { schedule } }: RunnableJob): { detail?: string } {
    if (schedule === undefined) return {};
    const cron = typeof schedule === 'string' ? schedule : schedule.cron;
    return { detail: describeCron(cron, this.#deps.t) };
  }

  /** Where it can be kept, the usual place first. */
  #homes(): Home[] {
    const what = this.#what;
    if (what !== undefined && 'job' in what) return [vscode.Uri.file(what.job.file), null];
    return [...(this.#folder === undefined ? [] : [fileIn(this.#folder)]), null];
  }

  readonly #askHome: Ask = async (place) => {
    const { t } = this.#deps;
    const items = this.#homes().map((home) =>
      home === null
        ? { home, label: `$(server-process) ${t('Keep in the Daemon')}`, description: t('on this machine only') }
        : { home, label: `$(json) ${t('Save in jobs.json')}`, description: vscode.workspace.asRelativePath(home) },
    );
    const active = items.find(({ home }) => home?.toString() === this.#home?.toString());
    const placeholder = t('Select where to keep the schedule');
    const answer = await askListStep({ ...place, title: this.#title(), items, active, placeholder });
    if (answer.to === 'next') {
      this.#home = answer.value.home;
      await this.#homeChosen();
    }
    return answer;
  };

  readonly #askName: Ask = async (place) => {
    const { t } = this.#deps;
    const answer = await askTextStep({
      ...place,
      title: this.#title(),
      prompt: t('Name of the schedule'),
      value: this.#name,
      check: (text) => this.#refuse(text.trim()),
    });
    if (answer.to === 'next') this.#name = answer.value.trim();
    return answer;
  };

  #refuse(name: string): string | undefined {
    const { t, tools } = this.#deps;
    if (this.#taken.includes(name)) return t('A schedule with this name already exists.');
    if (this.#home !== null) return nameError(tools().refuseName(this.#text, name), t);
    return new RegExp(scheduleNamePattern).test(name) ? undefined : nameError('form', t);
  }

  #title(): string {
    const { t } = this.#deps;
    const what = this.#what;
    if (what === undefined) return t('New Schedule');
    return t('New Schedule for {0}', 'job' in what ? what.job.name : what.draft.name);
  }

  async #writeToFile(uri: vscode.Uri, what: What, settings: ScheduleAnswers): Promise<void> {
    const { cron, overlap, timezone } = settings;
    const queue = settings.queue === 'default' ? undefined : settings.queue;
    const change = (text: string | null) => {
      if ('job' in what) {
        return this.#deps.tools().changeSchedule(text ?? '', this.#name, settings);
      }
      const options = { ...(timezone == null ? {} : { timezone }), ...(overlap === 'skip' ? {} : { overlap }) };
      const schedule = Object.keys(options).length === 0 ? cron : { cron, ...options };
      const definition = { ...what.draft.definition, ...(queue === undefined ? {} : { queue }), schedule };
      return this.#deps.tools().addJob(text, this.#name, definition);
    };
    await writeSchedule(this.#deps, uri, change);
  }

  async #keepInDaemon(what: What, { cron, overlap, queue, timezone }: ScheduleAnswers): Promise<void> {
    const job = 'job' in what ? await askTemplate(this.#deps, what.job, this.#title()) : this.#template(what.draft);
    if (job === null) return;
    const zone = timezone === undefined ? this.#zoneOf(what) : timezone;
    const ofZone = zone == null ? {} : { timezone: zone };
    const request: ScheduleRequest = { name: this.#name, cron, ...ofZone, overlap, job: { ...job, queue } };
    await send(this.#deps, (client) => client.addSchedule(request));
  }

  /** The time zone of a definition's own schedule. */
  #zoneOf(what: What): string | undefined {
    const schedule = 'job' in what ? what.job.definition.schedule : undefined;
    return typeof schedule === 'object' ? schedule.timezone : undefined;
  }

  /** The job of a typed command, a script or a task, with its placeholders filled in. */
  #template({ definition }: Draft): JobTemplate {
    const folder = this.#folder?.uri.fsPath ?? null;
    const around = {
      ...{ file: '', workspace: folder, folder: folder ?? homedir(), env: environment(), sendEnv: true, inputs: {} },
      createdBy: currentUser() ?? null,
      windows: process.platform === 'win32',
    };
    const made = this.#deps.tools().request(this.#name, definition, around);
    if ('error' in made) throw new JobdeckError(made.error);
    const { definition: _, ...template } = made.template;
    return template;
  }
}

/** Whether a schedule can run the job, because all its inputs have values. */
function canRunAlone(inputs: RunnableJob['definition']['inputs'] = []): boolean {
  return inputs.every((input) => input.default !== undefined);
}
