/** The rows of the Schedules view. While it is visible, one timer waits for the next change of a row's text. */
import * as vscode from 'vscode';
import { describeCron } from '../../shared/cadence.ts';
import type { Job } from '../../shared/job.ts';
import type { Schedule } from '../../shared/schedule.ts';
import type { Disposable } from '../base/event.ts';
import { rowCommandIds } from '../base/ids.ts';
import { oneLine, type Translate } from '../base/text.ts';
import type { DaemonAccess, FeedHints } from '../daemon/access.ts';
import type { JobsChange, JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';
import type { InactiveSchedules } from '../definitions/inactiveSchedules.ts';
import type { Row } from '../row/row.ts';
import { inactiveUri } from './inactiveColor.ts';
import { ScheduleReader, type ShownRun } from './readSchedules.ts';
import { isDue, lastWords, renderInactive, renderRun, renderSchedule, rowsChange } from './row.ts';
import { Times } from './times.ts';

/** Milliseconds between two readings while jobs of schedules change. */
const pace = 1_000;
/** Maximum delay of a timer. */
const longestWait = 2_147_483_647;

export interface ScheduleNode {
  readonly kind: 'schedule';
  readonly id: string;
}
/** `jobId` is read by commands on jobs. Null if no job was started. */
export interface RunNode extends ShownRun {
  readonly kind: 'run';
  readonly schedule: ScheduleNode;
  readonly jobId: string | null;
}
/** A schedule that the daemon does not run. Read by the command that activates it. */
export interface InactiveNode {
  readonly kind: 'inactive';
  readonly file: string;
  readonly name: string;
}
export type SchedulesNode = ScheduleNode | RunNode | InactiveNode;

export interface SchedulesDeps {
  readonly model: JobsModel;
  readonly access: DaemonAccess & FeedHints;
  /** Schedules of definition files that the daemon does not run. */
  readonly inactive: Pick<InactiveSchedules, 'list' | 'of' | 'onDidChange'>;
  readonly t: Translate;
}

export class SchedulesTree implements vscode.TreeDataProvider<SchedulesNode>, vscode.Disposable {
  readonly reading: Reading<Schedule[]>;
  readonly readings: readonly [Reading<Schedule[]>];
  readonly #deps: SchedulesDeps;
  readonly #reader: ScheduleReader;
  readonly #changes = new vscode.EventEmitter<SchedulesNode[] | undefined>();
  readonly #nodes = new Map<string, ScheduleNode>();
  readonly #drawn = new Map<string, string>();
  /** Schedules whose runs have changed since they were read. */
  readonly #touched = new Set<string>();
  readonly #subscriptions: Disposable[];
  readonly #times = new Times(vscode.env.language);
  #visible = false;
  #timer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(deps: SchedulesDeps) {
    this.#deps = deps;
    this.#reader = new ScheduleReader(deps.model);
    this.reading = new Reading({
      access: deps.access,
      read: (client) => this.#reader.schedules(client),
      pace,
    });
    this.readings = [this.reading];
    this.#subscriptions = [
      this.reading.onDidRead(({ before, now }) => this.#redraw(before, now)),
      deps.inactive.onDidChange(() => this.#changes.fire(undefined)),
      deps.model.onDidChange((change) => this.#jobsChanged(change)),
      deps.access.onDidHint((changed) => changed.includes('schedules') && this.reading.mayHaveChanged()),
    ];
  }

  /** While visible, the rows are kept up to date. */
  setVisible(visible: boolean): void {
    this.#visible = visible;
    this.reading.setVisible(visible);
    this.#redrawDifferent();
    this.#plan();
  }

  async getChildren(node?: SchedulesNode): Promise<SchedulesNode[]> {
    if (node === undefined) {
      const active = (await this.reading.current()) ?? [];
      // Active and inactive schedules are read separately, so one that was just activated may be in both lists.
      const isActive = (file: string, name: string) => active.some((one) => one.source === file && one.name === name);
      const inactive = this.#deps.inactive.list
        .filter(({ file, name, problem }) => problem !== null || !isActive(file, name))
        .map(({ file, name }) => ({ kind: 'inactive' as const, file, name }));
      return [...active.map(({ id }) => this.#node(id)), ...inactive];
    }
    return node.kind === 'schedule' ? this.#runs(node) : [];
  }

  getParent(node: SchedulesNode): SchedulesNode | undefined {
    return node.kind === 'run' ? node.schedule : undefined;
  }

  getTreeItem(node: SchedulesNode): vscode.TreeItem {
    if (node.kind === 'run') return this.#runItem(node);
    if (node.kind === 'inactive') return this.#inactiveItem(node);
    const schedule = this.schedule(node.id);
    if (schedule === undefined) return new vscode.TreeItem(node.id);
    const row = this.#row(schedule);
    this.#drawn.set(node.id, appearance(row));
    const item = itemOf(row, vscode.TreeItemCollapsibleState.Collapsed);
    item.id = schedule.id;
    item.tooltip = this.#tooltip(schedule);
    if (this.lastJob(schedule.id) !== undefined) {
      item.command = { command: rowCommandIds.schedules, title: this.#deps.t('Show Details') };
    }
    return item;
  }

  /** The node of a schedule. */
  nodeOf(id: string): ScheduleNode {
    return this.#node(id);
  }

  /** A shown schedule, by ID. */
  schedule(id: string): Schedule | undefined {
    return this.reading.value?.find((schedule) => schedule.id === id);
  }

  /** The job of the last run of a shown schedule. */
  lastJob(id: string): Job | undefined {
    const schedule = this.schedule(id);
    return schedule && this.#reader.lastJob(schedule);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.reading.dispose();
    this.#changes.dispose();
  }

  #row(schedule: Schedule): Row {
    return renderSchedule(schedule, this.#reader.lastJob(schedule), Date.now(), this.#deps.t);
  }

  async #runs(node: ScheduleNode): Promise<RunNode[]> {
    try {
      const runs = await this.#reader.runs(await this.#deps.access.client(), node.id);
      return runs.map(({ run, job }) => ({ kind: 'run', run, job, schedule: node, jobId: run.jobId }));
    } catch {
      // The schedule was just removed, or the daemon stopped. Reading the schedules reports either.
      this.reading.mayHaveChanged();
      return [];
    }
  }

  #inactiveItem({ file, name }: InactiveNode): vscode.TreeItem {
    const { t, inactive } = this.#deps;
    const schedule = inactive.of(file, name);
    if (schedule === undefined) return new vscode.TreeItem(name);
    const row = renderInactive(schedule, t);
    const item = itemOf(row, vscode.TreeItemCollapsibleState.None);
    item.id = JSON.stringify([file, name]);
    item.resourceUri = inactiveUri(file, name);
    item.tooltip = [oneLine(name), row.description, oneLine(schedule.command), t('Defined in {0}', file)].join('\n');
    item.command = { command: rowCommandIds.schedules, title: t('Open Definition') };
    return item;
  }

  #tooltip(schedule: Schedule): string {
    const { t } = this.#deps;
    const last = lastWords(schedule.lastRun, this.#reader.lastJob(schedule), Date.now(), t);
    return tooltip(schedule, last, (iso) => this.#times.full(iso), t);
  }

  #runItem({ schedule, run, job, jobId }: RunNode): vscode.TreeItem {
    const row = renderRun(run, job, Date.now(), (iso) => this.#times.short(iso), this.#deps.t);
    const item = itemOf(row, vscode.TreeItemCollapsibleState.None);
    item.id = [schedule.id, run.at, run.scheduledFor, jobId].join('/');
    const full = this.#times.full(run.scheduledFor ?? run.at);
    item.tooltip = [full, row.description].join('\n');
    if (shownJob({ run, job, jobId }) !== null) {
      item.command = { command: rowCommandIds.schedules, title: this.#deps.t('Show Details') };
    }
    return item;
  }

  #jobsChanged({ changed, reset, removed }: JobsChange): void {
    const touched = changed.flatMap((id) => this.#deps.model.get(id)?.scheduleId ?? []);
    for (const id of touched) this.#touched.add(id);
    if (reset || removed.length > 0) for (const id of this.#nodes.keys()) this.#touched.add(id);
    if (touched.length > 0 || this.#touched.size > 0) this.reading.mayHaveChanged();
  }

  #redraw(before: readonly Schedule[] | undefined, now: readonly Schedule[] | undefined): void {
    const ids = (schedules: readonly Schedule[] | undefined) => schedules?.map(({ id }) => id).join();
    // A skipped run has no job whose change would be noticed.
    const runs = new Map(before?.map(({ id, lastRun }) => [id, JSON.stringify(lastRun)]));
    for (const { id, lastRun } of now ?? []) if (runs.get(id) !== JSON.stringify(lastRun)) this.#touched.add(id);
    const kept = new Set(now?.map(({ id }) => id));
    for (const id of this.#nodes.keys()) if (!kept.has(id)) this.#forget(id);
    if (now === undefined || ids(before) !== ids(now)) {
      this.#touched.clear();
      this.#changes.fire(undefined);
    } else this.#redrawDifferent();
    this.#plan();
  }

  /** Redraws schedules that look different or whose runs changed. */
  #redrawDifferent(): void {
    const nodes = (this.reading.value ?? [])
      .filter((schedule) => {
        const drawn = this.#drawn.get(schedule.id);
        return drawn !== undefined && (this.#touched.has(schedule.id) || drawn !== appearance(this.#row(schedule)));
      })
      .map(({ id }) => this.#node(id));
    this.#touched.clear();
    if (nodes.length > 0) this.#changes.fire(nodes);
  }

  #plan(): void {
    clearTimeout(this.#timer);
    const schedules = this.reading.value ?? [];
    const wait = this.#visible ? rowsChange(schedules, Date.now()) : null;
    if (wait === null) return;
    this.#timer = setTimeout(() => this.#timePassed(), Math.min(wait, longestWait));
  }

  #timePassed(): void {
    const now = Date.now();
    if ((this.reading.value ?? []).some((schedule) => isDue(schedule, now))) this.reading.mayHaveChanged();
    this.#redrawDifferent();
    this.#plan();
  }

  #node(id: string): ScheduleNode {
    const known = this.#nodes.get(id);
    if (known !== undefined) return known;
    const node: ScheduleNode = { kind: 'schedule', id };
    this.#nodes.set(id, node);
    return node;
  }

  #forget(id: string): void {
    this.#nodes.delete(id);
    this.#drawn.delete(id);
  }
}

/** The job that a click on a run shows. Null if there is none. */
export function shownJob({ run, job, jobId }: Pick<RunNode, 'run' | 'job' | 'jobId'>): string | null {
  return job !== undefined || run.outcome === 'skipped' ? jobId : null;
}

function appearance(row: Row): string {
  return [row.label, row.description, row.icon.icon, row.context].join('\n');
}

function itemOf(row: Row, state: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(row.label, state);
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(row.icon.icon, new vscode.ThemeColor(row.icon.color));
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  return item;
}

function tooltip(schedule: Schedule, last: readonly string[], time: (iso: string) => string, t: Translate): string {
  const { name, cron, timezone, nextRunAt, paused, lastRun, source, job } = schedule;
  const command = 'shell' in job.command ? job.command.shell : job.command.argv.join(' ');
  return [
    oneLine(name),
    ...(describeCron(cron, t) === cron ? [] : [describeCron(cron, t)]),
    `${cron} (${timezone})`,
    ...(paused ? [t('Paused')] : nextRunAt === null ? [] : [t('Next run: {0}', time(nextRunAt))]),
    ...(lastRun === null ? [] : [[t('Last run: {0}', time(lastRun.scheduledFor ?? lastRun.at)), ...last].join(' · ')]),
    oneLine(command),
    ...(source === null ? [] : [t('Defined in {0}', source)]),
  ].join('\n');
}
