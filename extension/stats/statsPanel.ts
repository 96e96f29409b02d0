/** The statistics panel: holds the data of its page and runs its actions. */
import * as vscode from 'vscode';
import type { Stats } from '../../shared/stats.ts';
import {
  readStatsPageMessage,
  type ShowJobsMessage,
  type StatsMessage,
  type StatsWindow,
} from '../../shared/statsPanel.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Disposable } from '../base/event.ts';
import { commandIds } from '../base/ids.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import type { JobsChange, JobsModel } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';
import { linkOf } from '../detail/link.ts';
import { loadPage } from '../detail/loadPage.ts';
import type { JobFilter } from '../tree/filter/filter.ts';

export interface StatsDeps {
  readonly extensionUri: vscode.Uri;
  readonly model: JobsModel;
  readonly daemon: DaemonAccess;
  /** The jobs tree. */
  readonly view: { setFilter(filter: JobFilter): void; reveal(): Promise<void> };
}

/** Milliseconds between two readings while jobs finish. */
const pace = 2_000;

interface Figures {
  readonly days: StatsWindow;
  readonly stats: Stats;
}

export class StatsPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #deps: StatsDeps;
  readonly #reading: Reading<Figures>;
  readonly #subscriptions: Disposable[];
  /** The page is loaded and visible. A hidden page does not exist. */
  #ready = false;
  #days: StatsWindow;
  /** The last figures, kept while the daemon is not available. */
  #figures: Figures | null = null;
  #liveUntil: string | null = null;
  #live: boolean;

  /** Takes ownership of `panel`. `days`: the time range to show. */
  constructor(panel: vscode.WebviewPanel, days: StatsWindow, deps: StatsDeps) {
    this.#panel = panel;
    this.#deps = deps;
    this.#days = days;
    this.#live = isLive(deps.daemon.state);
    this.#reading = new Reading({
      access: deps.daemon,
      read: async (client) => {
        const wanted = this.#days;
        const today = new Date();
        // Today is one of the days, and not all of them have 24 hours.
        const since = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1 - wanted).toISOString();
        return { days: wanted, stats: await client.stats({ since, timezone: localZone() }) };
      },
      pace,
    });
    this.#subscriptions = [
      this.#reading.onDidRead(({ now }) => {
        if (now !== undefined) this.#figures = now;
        this.#show();
      }),
      deps.model.onDidChange((change) => this.#jobsChanged(change)),
      deps.daemon.onDidChangeState(() => this.#linkChanged()),
      panel.webview.onDidReceiveMessage((message: unknown) => this.#take(message)),
      panel.onDidChangeViewState(() => this.#visibilityChanged()),
      panel.onDidDispose(() => this.dispose()),
    ];
    panel.title = vscode.l10n.t('Job Statistics');
    panel.iconPath = { light: tabIcon('#424242'), dark: tabIcon('#c5c5c5') };
    loadPage(panel.webview, deps.extensionUri, { name: 'stats', jobId: null });
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Does not close the panel itself. */
  dispose(): void {
    this.#ready = false;
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#reading.dispose();
  }

  #take(value: unknown): void {
    const message = readStatsPageMessage(value);
    switch (message?.type) {
      case 'ready':
        this.#ready = true;
        this.#show();
        this.#reading.setVisible(true);
        return;
      case 'window':
        this.#days = message.days;
        this.#show();
        void this.#reading.refresh();
        return;
      case 'showJobs':
        void this.#showJobs(message);
        return;
      case 'connect':
        void vscode.commands.executeCommand(commandIds.startDaemon);
    }
  }

  #visibilityChanged(): void {
    if (this.#panel.visible) return;
    this.#ready = false;
    this.#reading.setVisible(false);
  }

  /** Most figures are about finished jobs. The few about active jobs are updated with them. */
  #jobsChanged({ changed, reset }: JobsChange): void {
    const ended = changed.some((id) => isTerminal(this.#deps.model.get(id)?.status ?? 'running'));
    if (ended || reset) this.#reading.mayHaveChanged();
  }

  #linkChanged(): void {
    const live = isLive(this.#deps.daemon.state);
    if (this.#live && !live) this.#liveUntil = new Date().toISOString();
    this.#live = live;
    this.#show();
  }

  /** Shows the counted jobs: those that ended on the day, or in the whole time range. */
  async #showJobs({ jobType, status, day }: ShowJobsMessage): Promise<void> {
    const since = this.#figures?.stats.since;
    this.#deps.view.setFilter({
      ...(status === null ? {} : { status: [status] }),
      ...(jobType === null ? {} : { type: [jobType] }),
      ...(day !== null
        ? { endedSince: startOf(day, 0), endedUntil: new Date(Date.parse(startOf(day, 1)) - 1).toISOString() }
        : since === undefined
          ? {}
          : { endedSince: since }),
    });
    await this.#deps.view.reveal();
  }

  /** Sends the page a full snapshot. */
  #show(): void {
    if (!this.#ready) return;
    const message: StatsMessage = {
      type: 'stats',
      days: this.#days,
      // Keep showing the previous range until the new figures arrive, so that the layout doesn't jump.
      stats: this.#figures?.stats ?? null,
      link: linkOf(this.#deps.daemon.state, this.#liveUntil),
      problem: this.#reading.problem,
    };
    void this.#panel.webview.postMessage(message);
  }
}

/** The time zone of this machine, whose days the statistics have. */
function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** The start of the day `after` days after this one. */
function startOf(day: string, after: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + after).toISOString();
}

/** A bar chart icon. Tab icons can't refer to theme colors. */
function tabIcon(color: string): vscode.Uri {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" fill="${color}"><path d="M2 9h3v5H2zM6.5 5h3v9h-3zM11 2h3v12h-3z"/></svg>`;
  return vscode.Uri.parse(`data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`);
}
