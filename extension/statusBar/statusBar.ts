/** The status bar item: running jobs and unseen failures. */
import * as vscode from 'vscode';
import { commandIds, statusBarId } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import { progressInterval, Throttle } from '../base/throttle.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { jobsIn } from '../tree/groups.ts';
import type { Failures } from './failures.ts';
import { renderStatus, type StatusItem, statusCommands } from './render.ts';

/** Milliseconds between two redraws. */
const redrawInterval = 100;
/** Workspace status belongs on the left. A low number places it after more important items. */
const priority = 1;

export class StatusBar implements vscode.Disposable {
  readonly #model: JobsModel;
  readonly #access: DaemonAccess;
  readonly #failures: Failures;
  readonly #t: Translate;
  readonly #item = vscode.window.createStatusBarItem(statusBarId, vscode.StatusBarAlignment.Left, priority);
  readonly #throttle = new Throttle(redrawInterval, () => this.#draw());
  readonly #progressThrottle = new Throttle(progressInterval, () => this.#throttle.request());
  readonly #subscriptions: { dispose(): void }[];
  #drawn: StatusItem | undefined;

  constructor(model: JobsModel, access: DaemonAccess, failures: Failures, t: Translate) {
    this.#model = model;
    this.#access = access;
    this.#failures = failures;
    this.#t = t;
    this.#item.name = t('Jobdeck Jobs');
    this.#item.command = commandIds.showJobs;
    const request = () => this.#throttle.request();
    this.#subscriptions = [
      model.onDidChange(({ progressOnly }) => (progressOnly ? this.#progressThrottle.request() : request())),
      access.onDidChangeState(request),
      failures.onDidChange(request),
    ];
    this.#draw();
    this.#item.show();
  }

  /** What it currently shows. */
  get shown(): StatusItem | undefined {
    return this.#drawn;
  }

  dispose(): void {
    this.#throttle.dispose();
    this.#progressThrottle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#item.dispose();
  }

  #draw(): void {
    const jobs = this.#model.all();
    const running = jobsIn('running', jobs);
    const waiting = jobsIn('waiting', jobs).length;
    const paused = jobsIn('paused', jobs);
    const facts = { state: this.#access.state, running, paused, waiting, failed: this.#failures.unseen() };
    const next = renderStatus(facts, Date.now(), this.#t);
    const before = this.#drawn;
    this.#drawn = next;
    if (before?.text !== next.text) this.#item.text = next.text;
    if (before?.spoken !== next.spoken) this.#item.accessibilityInformation = { label: next.spoken, role: 'button' };
    if (before?.tooltip === next.tooltip) return;
    const tooltip = new vscode.MarkdownString(next.tooltip);
    tooltip.isTrusted = { enabledCommands: statusCommands };
    this.#item.tooltip = tooltip;
  }
}
