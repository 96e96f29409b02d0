/** One job's detail panel: keeps what its page shows, and does what its page asks for. */
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { daemonGone } from '../../shared/client/request.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type { Job, JobDetail } from '../../shared/job.ts';
import { type ActionMessage, type PanelMessage, readPageMessage } from '../../shared/panel.ts';
import { isTerminal } from '../../shared/status.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { Event } from '../event.ts';
import type { JobsChange, JobsModel } from '../jobsModel.ts';
import { recover } from '../logs/recovery.ts';
import { runAction } from './actions.ts';
import { pageHtml } from './html.ts';
import { linkOf } from './link.ts';
import { Refresh } from './refresh.ts';
import { type Drawing, tabIcon, tabTitle } from './tab.ts';
import { LogTail } from './tail.ts';

export interface DetailDeps {
  readonly extensionUri: vscode.Uri;
  readonly model: JobsModel;
  readonly daemon: DaemonAccess;
  readonly looks: PanelLooks;
}

/** What the definition of a job adds to its page. */
export interface PanelLooks {
  readonly onDidChange: Event<void>;
  /** The icon of its type, drawn; null for that of its status. */
  drawingOf(job: Job): Drawing | null;
  linksOf(job: JobDetail): { label: string; url: string }[];
}

/** Milliseconds between two looks at what a running job uses. */
const lookInterval = 3_000;

/** The jobs of a group that its page names. */
const childrenOf = (parent: string) => ({ parent, sort: 'createdAt', order: 'asc', limit: 100 }) as const;

/** What a page may load. */
export function pageRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

export class DetailPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #jobId: string;
  readonly #deps: DetailDeps;
  readonly #refresh: Refresh;
  readonly #tail: LogTail;
  readonly #subscriptions: { dispose(): void }[];
  /** The page is loaded and seen: it gets what there is. While it is hidden it does not exist. */
  #ready = false;
  #job: JobDetail | null = null;
  #jobs: Job[] = [];
  /** Whether the page shows the job already, so that what takes a moment to find out holds up nothing. */
  #shown = false;
  #cancelLook: () => void = () => {};
  #attempt: number | null;
  #removed = false;
  #problem: ErrorBody | null = null;
  #live: boolean;
  /** When the daemon was last known to be there. */
  #liveUntil: string | null = null;

  /** `panel` is this object's from now on. `attempt`: the one to show, null: the latest. */
  constructor(panel: vscode.WebviewPanel, jobId: string, attempt: number | null, deps: DetailDeps) {
    const { model, daemon, looks } = deps;
    this.#panel = panel;
    this.#jobId = jobId;
    this.#attempt = attempt;
    this.#deps = deps;
    this.#live = isLive(daemon.state);
    this.#refresh = new Refresh({ run: () => this.#fetch(), after });
    this.#tail = new LogTail({
      read: async (number, options) => (await daemon.client()).readLog(jobId, number, options),
      recover: (number, error, signal) => recover({ access: daemon, model }, { jobId, attempt: number }, error, signal),
      pause: (milliseconds, signal) => pause(milliseconds, undefined, { signal }),
      send: (message) => this.#post(message),
    });
    this.#subscriptions = [
      model.onDidChange((change) => this.#changed(change)),
      daemon.onDidChangeState(() => this.#linkChanged()),
      looks.onDidChange(() => this.#looksChanged()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#show()),
      panel.webview.onDidReceiveMessage((message: unknown) => this.#take(message)),
      panel.onDidChangeViewState(() => this.#visibilityChanged()),
      panel.onDidDispose(() => this.dispose()),
    ];
    this.#decorate(model.get(jobId) ?? null);
    panel.webview.options = { enableScripts: true, localResourceRoots: [pageRoot(deps.extensionUri)] };
    panel.webview.html = this.#html();
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
    this.#cancelLook();
    this.#tail.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #html(): string {
    const { webview } = this.#panel;
    const address = (name: string) =>
      webview.asWebviewUri(vscode.Uri.joinPath(pageRoot(this.#deps.extensionUri), name)).toString();
    return pageHtml({
      jobId: this.#jobId,
      language: vscode.env.language,
      source: webview.cspSource,
      nonce: randomBytes(18).toString('base64url'),
      script: address('detail.js'),
      styles: [address('codicon.css'), address('detail.css')],
    });
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
    this.#tail.stop();
    this.#show();
    this.#refresh.request('now');
  }

  /** A hidden page is thrown away by the editor; it says `ready` when it is there again. */
  #visibilityChanged(): void {
    if (this.#panel.visible) return;
    this.#ready = false;
    this.#tail.stop();
  }

  #changed({ changed, removed, reset }: JobsChange): void {
    const job = this.#deps.model.get(this.#jobId) ?? null;
    if (job !== null && changed.includes(this.#jobId)) {
      this.#decorate(job);
      this.#want(job);
    } else if (reset || removed.includes(this.#jobId)) {
      // It may only have left the window of history the model holds: the daemon knows.
      this.#want(null);
    }
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
      const job = await client.get(this.#jobId, { resources: this.#shown });
      const jobs = job.children === null ? [] : (await client.list(childrenOf(job.id))).jobs;
      if (!this.#ready) return 'done';
      this.#job = job;
      this.#jobs = jobs;
      this.#lookAgain(job);
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
    return 'done';
  }

  /** What a job uses changes without anybody telling: it is looked at as long as somebody can see it. */
  #lookAgain({ status, engine }: Job): void {
    this.#cancelLook();
    if (status !== 'running' || engine !== 'local') return;
    this.#cancelLook = after(this.#shown ? lookInterval : 0, () => this.#ready && this.#refresh.request('soon'));
    this.#shown = true;
  }

  #decorate(job: Job | null): void {
    if (job === null) return;
    const { light, dark } = tabIcon(job, this.#deps.looks.drawingOf(job));
    this.#panel.title = tabTitle(job);
    this.#panel.iconPath = { light: vscode.Uri.parse(light), dark: vscode.Uri.parse(dark) };
  }

  /** Sends the page all there is to know, and has it get the log that belongs to it. */
  #show(): void {
    this.#post({
      type: 'snapshot',
      jobId: this.#jobId,
      job: this.#job,
      jobs: this.#jobs,
      links: this.#job === null ? [] : this.#deps.looks.linksOf(this.#job),
      attempt: this.#attempt,
      removed: this.#removed,
      link: linkOf(this.#deps.daemon.state, this.#liveUntil),
      problem: this.#problem,
      restricted: !vscode.workspace.isTrusted,
    });
    const attempt = this.#attempt ?? this.#job?.attempt ?? 0;
    if (this.#removed) this.#tail.stop();
    else if (this.#ready && attempt > 0 && this.#tail.attempt !== attempt) this.#tail.follow(attempt);
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

function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}
