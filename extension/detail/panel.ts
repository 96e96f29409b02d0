/** One job's detail panel: keeps what its page shows, and does what its page asks for. */
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { daemonGone } from '../../shared/client/request.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { Job, JobDetail } from '../../shared/job.ts';
import { type ActionMessage, type PanelMessage, readPageMessage } from '../../shared/panel.ts';
import { isTerminal } from '../../shared/status.ts';
import { after, Refresh } from '../base/refresh.ts';
import { isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { JobsChange } from '../daemon/jobsModel.ts';
import { Reading } from '../daemon/reading.ts';
import { recover } from '../logs/live/recovery.ts';
import { runAction } from './actions.ts';
import type { DetailDeps } from './deps.ts';
import { type History, isLike, readHistory } from './history.ts';
import { linkOf } from './link.ts';
import { loadPage } from './loadPage.ts';
import { ResourceLooks } from './resourceLooks.ts';
import { tabIcon, tabTitle } from './tab.ts';
import { LogTail } from './tail.ts';

/**
 * Milliseconds between two readings of all there is to know while the job changes. What its feed tells is shown ahead of
 * them.
 */
const pace = 80;
/** Milliseconds between two readings of the runs of jobs like it. */
const historyPace = 2_000;

/** The jobs of a group that its page names. */
const childrenOf = (parent: string) => ({ parent, sort: 'createdAt', order: 'asc', limit: 100 }) as const;

export class DetailPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #jobId: string;
  readonly #deps: DetailDeps;
  readonly #refresh: Refresh;
  readonly #history: Reading<History | null>;
  readonly #tail: LogTail;
  readonly #subscriptions: { dispose(): void }[];
  /** The page is loaded and seen: it gets what there is. While it is hidden it does not exist. */
  #ready = false;
  #job: JobDetail | null = null;
  #jobs: Job[] = [];
  /** Whether the page shows the job already. */
  #shown = false;
  readonly #looks: ResourceLooks;
  /** The icon of the tab. */
  #icon = '';
  #attempt: number | null;
  #removed = false;
  #problem: ErrorBody | null = null;
  /** Why the runs of jobs like it could not be read, as the page knows it. */
  #historyProblem: ErrorBody | null = null;
  #live: boolean;
  /** When the daemon was last known to be there. */
  #liveUntil: string | null = null;

  /** `panel` is this object's from now on. `attempt`: the one to show, null: the latest. */
  constructor(panel: vscode.WebviewPanel, jobId: string, attempt: number | null, deps: DetailDeps) {
    const { model, daemon, looks, remote } = deps;
    this.#panel = panel;
    this.#jobId = jobId;
    this.#attempt = attempt;
    this.#deps = deps;
    this.#live = isLive(daemon.state);
    this.#refresh = new Refresh({ run: () => this.#fetch(), after, pace });
    this.#looks = new ResourceLooks(after, () => this.#ready && this.#refresh.request('soon'));
    this.#history = new Reading({
      access: daemon,
      read: async (client) => (this.#job === null ? null : readHistory(client, this.#job)),
      pace: historyPace,
    });
    this.#tail = new LogTail({
      read: async (number, options) => (await daemon.client()).readLog(jobId, number, options),
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

  /** Whether it is the tab somebody looks at. */
  get isActive(): boolean {
    return this.#panel.active;
  }

  reveal(): void {
    this.#panel.reveal();
  }

  /** Ends everything; the panel itself is closed by whoever closes it. */
  dispose(): void {
    this.#ready = false;
    this.#refresh.dispose();
    this.#history.dispose();
    this.#looks.stop();
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

  /** The page knows nothing: it gets everything. */
  #start(): void {
    this.#ready = true;
    this.#shown = false;
    this.#looks.stop();
    this.#tail.stop();
    this.#show();
    this.#refresh.request('now');
  }

  /** A hidden page is thrown away by the editor; it says `ready` when it is there again. */
  #visibilityChanged(): void {
    if (this.#panel.visible) return;
    this.#ready = false;
    this.#history.setVisible(false);
    this.#tail.stop();
  }

  #changed({ changed, removed, reset }: JobsChange): void {
    const job = this.#deps.model.get(this.#jobId) ?? null;
    if (job !== null && changed.includes(this.#jobId)) {
      this.#decorate(job);
      this.#want(job);
      this.#update(job);
    } else if (reset || removed.includes(this.#jobId)) {
      // It may only have left the window of history the model holds: the daemon knows.
      this.#want(null);
    }
    const { model } = this.#deps;
    if (reset || changed.some((id) => isLike(model.get(id), this.#job))) this.#history.mayHaveChanged();
  }

  /** What the feed tells is shown at once; the rest follows when it is read. */
  #update(job: Job): void {
    if (this.#job === null || job.rev <= this.#job.rev) return;
    this.#job = { ...this.#job, ...job };
    this.#post({ type: 'update', job });
  }

  /** Has the job read again; at once when there is a change of status to show. */
  #want(job: Job | null): void {
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
      const look = this.#looks.take();
      const job = await client.get(this.#jobId, { resources: look });
      const jobs = job.children === null ? [] : (await client.list(childrenOf(job.id))).jobs;
      if (!this.#ready) return 'done';
      this.#job = this.#completed(job, look);
      this.#jobs = jobs;
      this.#looks.plan(job);
      this.#removed = false;
      this.#problem = null;
      this.#decorate(this.#job);
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      // That the daemon is away is told by the link; when that comes back the job is read again.
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

  /** The job as it was read, with what was found out before and what the feed told meanwhile. */
  #completed(job: JobDetail, looked: boolean): JobDetail {
    const before = this.#job?.attempt === job.attempt && job.status === 'running' ? this.#job.resources : null;
    const told = this.#deps.model.get(this.#jobId);
    const newer = told !== undefined && told.rev > job.rev ? told : null;
    return { ...job, resources: looked ? job.resources : before, ...newer };
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

  /** Sends the page all there is to know, and has it get the log that belongs to it; nothing while it is hidden. */
  #show(): void {
    if (!this.#ready) return;
    this.#post({
      type: 'snapshot',
      jobId: this.#jobId,
      job: this.#job,
      jobs: this.#jobs,
      links: this.#job === null ? [] : this.#deps.looks.linksOf(this.#job),
      attempt: this.#attempt,
      removed: this.#removed,
      link: linkOf(this.#deps.daemon.state, this.#liveUntil),
      problem: this.#problem ?? this.#historyProblem,
      restricted: !vscode.workspace.isTrusted,
      remote: this.#job === null ? null : this.#deps.remote.of(this.#job),
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
      await runAction(message, this.#job);
      this.#post({ type: 'reply', requestId, ok: true });
    } catch (error) {
      this.#post({ type: 'reply', requestId, ok: false, error: toJobdeckError(error).toBody() });
    }
  }

  #post(message: PanelMessage): void {
    if (this.#ready) void this.#panel.webview.postMessage(message);
  }
}
