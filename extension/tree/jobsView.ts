/** The Jobs view: badge, message, progress, filter and visibility. */

import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import { ClickGuard } from '../base/clickGuard.ts';
import { ContextKey } from '../base/contextKey.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { commandIds, contextKeys, rowCommandIds, viewIds } from '../base/ids.ts';
import { type RowAction, registerOpenRow } from '../base/openRow.ts';
import { revealWithRetry } from '../base/revealWithRetry.ts';
import type { Translate } from '../base/text.ts';
import { Throttle } from '../base/throttle.ts';
import { type ConnectionState, type DaemonAccess, isAway, isLive } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import { contextTokens, offered } from '../row/menuTokens.ts';
import { type Arrangement, describeArrangement, readArrangement } from './arrangement.ts';
import { isFiltering, type JobFilter, readFilter } from './filter/filter.ts';
import { focusedRows } from './focusedRows.ts';
import { jobsIn } from './groups.ts';
import { JobsTree, type TreeDeps } from './jobsTree.ts';
import { viewMessage } from './message.ts';
import { foldedGroup, type Section, sectionOfRow } from './older/olderSections.ts';
import type { TreeNode } from './treeNodes.ts';
import type { ViewStore } from './viewStore.ts';

/** Milliseconds between two updates of badge and message. */
const updateInterval = 100;

export interface JobsViewDeps extends TreeDeps {
  readonly store: ViewStore;
}

export class JobsView implements vscode.Disposable {
  readonly tree: JobsTree;
  readonly #model: JobsModel;
  readonly #access: DaemonAccess;
  readonly #store: ViewStore;
  readonly #t: Translate;
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #throttle = new Throttle(updateInterval, () => this.#update());
  readonly #noJobs = new ContextKey(contextKeys.noJobs);
  readonly #selectedActions = new ContextKey(contextKeys.selectedActions);
  readonly #looks: TreeDeps['looks'];
  readonly #opening = new ClickGuard();
  readonly #shows = new Emitter<void>();
  readonly #shown = new Emitter<void>();
  readonly #subscriptions: Disposable[];
  #progress: (() => void) | undefined;
  #busy: string | null = null;
  #selectedAt = Number.NEGATIVE_INFINITY;
  #probing = false;

  /** Fires when the view is shown after it was hidden. */
  readonly onDidShow: Event<void> = this.#shown.event;

  /** Fires when the view becomes visible in a focused window. */
  readonly onDidBecomeVisible: Event<void> = this.#shows.event;

  constructor(deps: JobsViewDeps) {
    const { model, access, store, looks, t } = deps;
    this.#model = model;
    this.#access = access;
    this.#store = store;
    this.#looks = looks;
    this.#t = t;
    this.tree = new JobsTree(deps);
    this.#view = vscode.window.createTreeView(viewIds.jobs, {
      treeDataProvider: this.tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(({ visible }) => {
        this.tree.setVisible(visible);
        if (visible) this.#shown.fire();
        if (this.isInView) this.#shows.fire();
      }),
      this.#view.onDidCollapseElement(({ element }) => {
        if (element.kind === 'group') this.tree.setUnfolded(element.id, false);
      }),
      vscode.window.onDidChangeWindowState(() => this.isInView && this.#shows.fire()),
      model.onDidChange(({ progressOnly }) => progressOnly || this.#throttle.request()),
      this.tree.older.onDidChange(() => this.#throttle.request()),
      access.onDidChangeState((state) => this.#stateChanged(state)),
      this.#view.onDidChangeSelection(({ selection }) => {
        if (selection.length > 0 && !this.#probing) this.#selectedAt = performance.now();
        this.#updateSelection();
      }),
      store.onDidChangeDefault(() => this.#arrangeAsStored()),
      registerOpenRow(rowCommandIds.jobs, this.#view, (node) => this.#actionOf(node)),
    ];
    this.tree.setVisible(this.#view.visible);
    this.#arrangeAsStored();
    this.#filterBy(readFilter(store.filter));
    this.#stateChanged(access.state);
  }

  /** Whether the view is visible in a focused window. */
  get isInView(): boolean {
    return this.#view.visible && vscode.window.state.focused;
  }

  /** IDs of the selected jobs. */
  selection(): string[] {
    return jobIds(this.#view.selection);
  }

  /** The IDs that a key applies to: the focused row, or all selected rows if it is one of them. */
  async focusedJobs(): Promise<string[]> {
    this.#probing = true;
    try {
      const toggle = () => vscode.commands.executeCommand('list.toggleSelection');
      return jobIds(await focusedRows(this.#view, toggle));
    } finally {
      this.#probing = false;
    }
  }

  get isVisible(): boolean {
    return this.#view.visible;
  }

  /** When jobs were last selected, in the time of `performance.now()`. */
  get selectedAt(): number {
    return this.#selectedAt;
  }

  /** Whether rows are being redrawn, and are not known to the editor at the moment. */
  isRedrawing(): boolean {
    return this.tree.isRedrawing;
  }

  /** The section whose row “Load More” is selected, as after a click on it. */
  selectedSection(): Section | undefined {
    const [node, ...others] = this.#view.selection;
    if (node?.kind !== 'more' || others.length > 0 || foldedGroup(node.id) !== null) return undefined;
    this.#opening.admits(node.id);
    return sectionOfRow(node.id);
  }

  /** A job that the window knows, including jobs too old for the model. */
  job(id: string): Job | undefined {
    return this.tree.job(id);
  }

  /** The message above the rows, the title's description, and the badge. */
  get shown(): { message: string | undefined; description: string | undefined; badge: vscode.ViewBadge | undefined } {
    const { message, description, badge } = this.#view;
    return { message, description, badge };
  }

  /** Opens the view and selects the row of a job, if given and shown. */
  async reveal(jobId?: string): Promise<void> {
    await vscode.commands.executeCommand(`${viewIds.jobs}.focus`);
    if (jobId === undefined || !this.tree.shows(jobId)) return;
    await this.#view.reveal(this.tree.node(jobId), { select: true, focus: true });
  }

  /** Selects the topmost row of these jobs. Without `focus`, the keyboard stays where it is. */
  async revealFirst(jobIds: readonly string[], focus = true): Promise<void> {
    this.#opening.moved();
    const first = this.tree.uppermost(new Set(jobIds));
    if (first === undefined) return;
    await revealWithRetry(() => this.#view.reveal(this.tree.node(first), { select: true, focus }));
  }

  setFilter(filter: JobFilter): void {
    this.#store.keepFilter(filter);
    this.#filterBy(filter);
  }

  setArrangement(arrangement: Arrangement): void {
    this.#store.keepArrangement(arrangement);
    this.#arrange(arrangement);
  }

  /** Shows progress in the view while a command works on its jobs. `report` sets the message. */
  async withProgress<T>(work: (report: (message: string) => void) => Promise<T>): Promise<T> {
    const report = (message: string | null) => {
      this.#busy = message;
      this.#throttle.request();
    };
    try {
      return await vscode.window.withProgress({ location: { viewId: viewIds.jobs } }, () => work(report));
    } finally {
      report(null);
    }
  }

  /** What a click on a row does. The second click of a double click must not open what the first one has loaded. */
  #actionOf({ kind, id }: TreeNode): RowAction | undefined {
    if (kind === 'group') return undefined;
    if (kind === 'job') {
      return this.#opening.isFree(id) ? { command: commandIds.showDetails, arguments: [id] } : undefined;
    }
    this.#opening.admits(id);
    this.#opening.moved();
    const group = foldedGroup(id);
    if (group === null) return undefined;
    const next = this.tree.hiddenIn(group);
    this.tree.setUnfolded(group, true);
    // The selected row is gone. Continue at the first new one.
    void this.revealFirst(next);
    return undefined;
  }

  #arrangeAsStored(): void {
    const fallback = readArrangement(this.#store.defaultArrangement());
    this.#arrange(readArrangement(this.#store.arrangement, fallback));
  }

  #arrange(arrangement: Arrangement): void {
    this.tree.setArrangement(arrangement);
    this.#view.description = describeArrangement(arrangement, this.#t);
    this.#update();
  }

  #filterBy(filter: JobFilter): void {
    this.tree.setFilter(filter);
    this.#update();
    void vscode.commands.executeCommand('setContext', contextKeys.filtered, isFiltering(filter));
  }

  dispose(): void {
    this.#progress?.();
    this.#throttle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#shows.dispose();
    this.#shown.dispose();
    this.tree.dispose();
    this.#view.dispose();
  }

  #stateChanged(state: ConnectionState): void {
    void vscode.commands.executeCommand('setContext', contextKeys.daemon, state.status);
    const waiting = state.status === 'starting' || state.status === 'connecting';
    if (!waiting) {
      this.#progress?.();
      this.#progress = undefined;
    } else if (this.#progress === undefined) {
      void vscode.window.withProgress(
        { location: { viewId: viewIds.jobs } },
        () => new Promise<void>((resolve) => (this.#progress = resolve)),
      );
    }
    this.#throttle.request();
  }

  #update(): void {
    this.#updateSelection();
    const jobs = this.#model.all();
    const facts = {
      state: this.#access.state,
      filter: this.tree.filter,
      shown: this.tree.shownJobs().length,
      total: jobs.length,
      hasOlder: this.#model.horizon !== null,
      hasMore: this.tree.moreSections().length > 0,
      searching: this.tree.older.searching,
      problem: this.tree.older.problem,
      busy: this.#busy,
    };
    const { state, filter, shown, hasMore } = facts;
    const isKnown = isLive(state) && this.#model.loaded;
    this.#noJobs.set(isKnown && shown === 0 && !hasMore && !isFiltering(filter));
    const message = viewMessage(facts, this.#t);
    if (this.#view.message !== message) this.#view.message = message;
    const running = isAway(this.#access.state) ? 0 : jobsIn('running', jobs).length;
    if ((this.#view.badge?.value ?? 0) !== running) this.#view.badge = this.#badge(running);
  }

  /** The menu of several rows offers what applies to any of them. By `viewItem` alone, it has what applies to all, even to groups. */
  #updateSelection(): void {
    const selected = this.selection();
    const tokensOf = (id: string) => {
      const job = this.tree.job(id);
      return job === undefined ? [] : offered(contextTokens(job), this.#looks.connectionOf(job));
    };
    this.#selectedActions.set(selected.length < 2 ? '' : [...new Set(selected.flatMap(tokensOf))].join(' '));
  }

  #badge(value: number): vscode.ViewBadge | undefined {
    if (value === 0) return undefined;
    return { value, tooltip: value === 1 ? this.#t('1 job running') : this.#t('{0} jobs running', value) };
  }
}

function jobIds(nodes: readonly TreeNode[]): string[] {
  return nodes.flatMap(({ kind, id }) => (kind === 'job' ? [id] : []));
}
