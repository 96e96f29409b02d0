/** The detail panel of a job: holds the data of its page and runs its actions. */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { DaemonClient } from '../../shared/client/http.ts';
import { daemonGone } from '../../shared/client/request.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { Job, JobDetail } from '../../shared/job.ts';
import { type ActionMessage, type PanelMessage, readPageMessage } from '../../shared/panel.ts';
import { isTerminal, shownStatus } from '../../shared/status.ts';
import { after, Refresh } from '../base/refresh.ts';
import { isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { JobsChange } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';
import { hasEnded } from '../logs/live/hasEnded.ts';
import { recover } from '../logs/live/recovery.ts';
import { runAction } from './actions.ts';
import type { DetailDeps } from './deps.ts';
import { GroupRows } from './groupRows.ts';
import { type History, isLike, readHistory } from './history.ts';
import { linkOf } from './link.ts';
import { loadPage } from './loadPage.ts';
import { ResourcePolling } from './resourcePolling.ts';
import { tabIcon, tabTitle } from './tab.ts';
import { LogTail } from './tail.ts';

/**
 * Milliseconds between two full readings while the job changes. Changes from the feed are shown in between.
 */
const pace = 80;
/** Milliseconds between two readings of its run history. */
const historyPace = 2_000;

/** The time that a cancelled job has to stop; null if the daemon doesn't say, or if jobs are killed at once. */
async function graceOf(client: DaemonClient): Promise<number | null> {
  if (process.platform === 'win32') return null;
  return (await client.health()).cancelGraceMs ?? null;
}

export class DetailPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #jobId: string;
  readonly #deps: DetailDeps;
  readonly #refresh: Refresh;
  readonly #history: Reading<History | null>;
  readonly #tail: LogTail;
  readonly #subscriptions: { dispose(): void }[];
  /** The page is loaded and visible. A hidden page does not exist. */
  #ready = false;
  #job: JobDetail | null = null;
  /** The jobs of a group; null for other jobs. */
  #children: GroupRows | null = null;
  /** Whether the page shows the job yet. */
  #shown = false;
  readonly #polling: ResourcePolling;
  /** The icon of the tab. */
  #icon = '';
  #attempt: number | null;
  #removed = false;
  /** How long a cancelled job may take to stop, read when this one is cancelled. */
  #graceMs: number | null = null;
  #problem: ErrorBody | null = null;
  /** Why the run history could not be read, as last sent to the page. */
  #historyProblem: ErrorBody | null = null;
  #live: boolean;
  /** When the connection was last live. */
  #liveUntil: string | null = null;

  /** Takes ownership of `panel`. `attempt`: the attempt to show, null for the latest. */
  constructor(panel: vscode.WebviewPanel, jobId: string, attempt: number | null, deps: DetailDeps) {
    const { model, daemon, looks, remote } = deps;
    this.#panel = panel;
    this.#jobId = jobId;
    this.#attempt = attempt;
    this.#deps = deps;
    this.#live = isLive(daemon.state);
    this.#refresh = new Refresh({ run: () => this.#fetch(), after, pace });
    this.#polling = new ResourcePolling(after, () => this.#ready && this.#refresh.request('soon'));
    this.#history = new Reading({
      access: daemon,
      read: async (client) => (this.#job === null ? null : readHistory(client, this.#job)),
      pace: historyPace,
    });
    this.#tail = new LogTail({
      read: async (number, options) => (await daemon.client()).readLog(jobId, number, options),
      hasEnded: (number) => hasEnded(model.get(jobId), number),
      recover: (number, error, signal) => recover({ access: daemon, model }, { jobId, attempt: number }, error, signal),
      pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
      send: (message) => this.#post(message),
    });
    this.#subscriptions = [
      model.onDidChange((change) => this.#changed(change)),
      this.#history.onDidRead(() => this.#showHistory()),
      daemon.onDidChangeState(() => this.#linkChanged()),
      looks.onDidChange(() => this.#looksChanged()),
      remote.onDidChange(() => this.#show()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#show()),
      panel.webview.onDidReceiveMessage((message: unknown) => this.#take(message)),
      panel.onDidChangeViewState(() => this.#visibilityChanged()),
      panel.onDidDispose(() => this.dispose()),
    ];
    this.#decorate(model.get(jobId) ?? null);
    loadPage(panel.webview, deps.extensionUri, { name: 'detail', jobId });
  }

  /** Whether it is the active editor. */
  get isActive(): boolean {
    return this.#panel.active;
  }

  get isVisible(): boolean {
    return this.#panel.visible;
  }

  /** The job, and the attempt that the page shows, null for the latest. */
  get shown(): { readonly jobId: string; readonly attempt: number | null } {
    return { jobId: this.#jobId, attempt: this.#attempt };
  }

  reveal(preserveFocus: boolean): void {
    this.#panel.reveal(undefined, preserveFocus);
  }

  /** Does not close the panel itself. */
  dispose(): void {
    this.#ready = false;
    this.#refresh.dispose();
    this.#history.dispose();
    this.#children?.dispose();
    this.#polling.stop();
    this.#tail.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #take(value: unknown): void {
    const message = readPageMessage(value);
    switch (message?.type) {
      case 'ready':
        this.#start();
        return;
      case 'selectAttempt':
        this.#attempt = message.attempt;
        this.#show();
        return;
      case 'shown':
        this.#tail.shown(message.seq);
        return;
      case 'action':
        void this.#act(message);
    }
  }

  /** The page was (re)loaded and needs all data. */
  #start(): void {
    this.#ready = true;
    this.#shown = false;
    this.#children?.show();
    this.#polling.stop();
    this.#tail.stop();
    this.#show();
    this.#refresh.request('now');
  }

  /** The editor discards a hidden page. It sends `ready` when it is loaded again. */
  #visibilityChanged(): void {
    if (this.#panel.visible) return;
    this.#ready = false;
    this.#history.setVisible(false);
    this.#children?.hide();
    this.#tail.stop();
  }

  #changed({ changed, removed, reset }: JobsChange): void {
    const job = this.#deps.model.get(this.#jobId) ?? null;
    if (job !== null && changed.includes(this.#jobId)) {
      this.#decorate(job);
      this.#requestJob(job);
      this.#update(job);
    } else if (reset || removed.includes(this.#jobId)) {
      // The job may only have become too old for the model. Ask the daemon.
      this.#requestJob(null);
    }
    const { model } = this.#deps;
    if (reset || changed.some((id) => isLike(model.get(id), this.#job))) this.#history.mayHaveChanged();
  }

  /** Shows changes from the feed immediately. A full reading follows. */
  #update(job: Job): void {
    if (this.#job === null || job.rev <= this.#job.rev) return;
    this.#job = { ...this.#job, ...job };
    this.#post({ type: 'update', job });
  }

  /** Requests a full reading, immediately if the status changed. */
  #requestJob(job: Job | null): void {
    if (!this.#ready) return;
    const same = job !== null && job.status === this.#job?.status && job.attempt === this.#job.attempt;
    this.#refresh.request(same && !isTerminal(job.status) ? 'soon' : 'now');
  }

  #linkChanged(): void {
    const live = isLive(this.#deps.daemon.state);
    if (this.#live && !live) this.#liveUntil = new Date().toISOString();
    const back = live && !this.#live;
    this.#live = live;
    this.#show();
    if (back && this.#ready) {
      this.#tail.retry();
      this.#refresh.request('now');
    }
  }

  #looksChanged(): void {
    this.#decorate(this.#job);
    this.#show();
  }

  async #fetch(): Promise<'done' | 'again'> {
    if (!this.#ready) return 'done';
    try {
      const client = await this.#deps.daemon.client();
      const withResources = this.#polling.takeDue();
      const job = await client.get(this.#jobId, { resources: withResources });
      if (this.#graceMs === null && shownStatus(job) === 'cancelling') this.#graceMs = await graceOf(client);
      if (!this.#ready) return 'done';
      this.#job = this.#merged(job, withResources);
      if (job.children !== null) this.#showChildren();
      this.#polling.plan(job);
      this.#removed = false;
      this.#problem = null;
      this.#decorate(this.#job);
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      // The page shows the lost connection. After reconnecting, the job is read again.
      if (daemonGone(error)) return isLive(this.#deps.daemon.state) ? 'again' : 'done';
      this.#removed = error.code === 'JOB_NOT_FOUND';
      this.#problem = this.#removed ? null : error.toBody();
    }
    this.#show();
    if (!this.#shown && this.#job !== null) {
      this.#shown = true;
      this.#history.setVisible(true);
    }
    return 'done';
  }

  /** The job as read, with earlier resource data and newer changes from the feed. */
  #merged(job: JobDetail, hasResources: boolean): JobDetail {
    const before = this.#job?.attempt === job.attempt && job.status === 'running' ? this.#job.resources : null;
    const known = this.#deps.model.get(this.#jobId);
    const newer = known !== undefined && known.rev > job.rev ? known : null;
    return { ...job, resources: hasResources ? job.resources : before, ...newer };
  }

  #showChildren(): void {
    if (this.#children !== null) return;
    const { daemon, model } = this.#deps;
    this.#children = new GroupRows(this.#jobId, {
      access: daemon,
      model,
      send: (message) => this.#post(message),
      problemChanged: () => this.#show(),
    });
    this.#children.show();
  }

  #decorate(job: Job | null): void {
    if (job === null) return;
    const title = tabTitle(job);
    if (this.#panel.title !== title) this.#panel.title = title;
    const { light, dark } = tabIcon(job, this.#deps.looks.drawingOf(job), vscode.l10n.t);
    if (this.#icon === light) return;
    this.#icon = light;
    this.#panel.iconPath = { light: vscode.Uri.parse(light), dark: vscode.Uri.parse(dark) };
  }

  /** Sends the page a full snapshot and follows the log of its attempt, unless it is hidden. */
  #show(): void {
    if (!this.#ready) return;
    this.#post({
      type: 'snapshot',
      jobId: this.#jobId,
      job: this.#job,
      links: this.#job === null ? [] : this.#deps.looks.linksOf(this.#job),
      attempt: this.#attempt,
      removed: this.#removed,
      link: linkOf(this.#deps.daemon.state, this.#liveUntil),
      problem: this.#problem ?? this.#children?.problem ?? this.#historyProblem,
      restricted: !vscode.workspace.isTrusted,
      remote: this.#job === null ? null : this.#deps.remote.of(this.#job),
      graceMs: this.#graceMs,
    });
    const attempt = this.#attempt ?? this.#job?.attempt ?? 0;
    if (this.#removed) this.#tail.stop();
    else if (attempt > 0 && this.#job?.connection === null && this.#tail.attempt !== attempt)
      this.#tail.follow(attempt);
  }

  #showHistory(): void {
    const history = this.#history.value ?? null;
    if (history !== null) this.#post({ type: 'history', ...history });
    const { problem } = this.#history;
    if (problem === this.#historyProblem) return;
    this.#historyProblem = problem;
    this.#show();
  }

  async #act(message: ActionMessage): Promise<void> {
    const { requestId } = message;
    try {
      await runAction(message, this.#job, this.#deps.daemon);
      this.#post({ type: 'reply', requestId, ok: true });
    } catch (error) {
      this.#post({ type: 'reply', requestId, ok: false, error: toJobdeckError(error).toBody() });
    }
  }

  #post(message: PanelMessage): void {
    if (this.#ready) void this.#panel.webview.postMessage(message);
  }
}
