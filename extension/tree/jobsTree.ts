/** The rows of the jobs view. Fires only for rows that look different, at a limited rate. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import type { ClickGuard } from '../base/clickGuard.ts';
import type { Translate } from '../base/text.ts';
import { progressInterval, Throttle } from '../base/throttle.ts';
import { type DaemonAccess, isAway } from '../daemon/access.ts';
import type { JobsModel } from '../daemon/jobsModel.ts';
import type { JobLooks } from '../row/looks.ts';
import { type JobRow, renderRow } from '../row/row.ts';
import { renderTooltip, tooltipCommands } from '../row/tooltip.ts';
import { type Arrangement, defaultArrangement } from './arrangement.ts';
import { DrawPace } from './drawPace.ts';
import { isFiltering, type JobFilter, matcher, matcherOfFound, noFilter } from './filter/filter.ts';
import { groupLabel } from './groupLabel.ts';
import { countIn, type Grouping, groupJobs, groupKeyOf, noGrouping, placeOf, redrawFor, ungrouped } from './groups.ts';
import { appearance, foldText, groupItem, jobItem, moreItem, moreText } from './items.ts';
import { limitsOf } from './limits.ts';
import { OlderJobs } from './older/olderJobs.ts';
import { foldedGroup, isMore, type Section, sectionOfRow, sectionsOf } from './older/olderSections.ts';
import { PendingRedraw } from './redraw.ts';
import { type GroupNode, type JobNode, type MoreNode, type TreeNode, TreeNodes } from './treeNodes.ts';

/**
 * Milliseconds between two redraws. The editor collects changes of a tree until there are none for 200 ms (vscode
 * extHostTreeViews.ts, `Event.debounce`). With a shorter interval it would draw nothing while jobs keep changing.
 */
const redrawInterval = 220;
/** Milliseconds between two updates of times such as “5 min ago”. */
const ageInterval = 30_000;

export interface TreeDeps {
  readonly model: JobsModel;
  readonly access: DaemonAccess;
  readonly looks: JobLooks;
  /** Notified when the row clicked last leaves its place. */
  readonly buttons: ClickGuard;
  readonly t: Translate;
  /** Whether the page of a job is the active editor. */
  readonly isPageInFront: (jobId: string) => boolean;
}

export class JobsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  /** Jobs loaded in addition to those of the model. */
  readonly older: OlderJobs;
  readonly #deps: TreeDeps;
  readonly #changes = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #throttle = new Throttle(redrawInterval, () => this.#redraw());
  readonly #pace = new DrawPace(() => this.#throttle.request());
  readonly #progressThrottle = new Throttle(progressInterval, () => this.#pace.request());
  readonly #nodes = new TreeNodes();
  /** The appearance of each row when it was last drawn. */
  readonly #drawn = new Map<string, string>();
  readonly #changed = new Set<string>();
  readonly #subscriptions: { dispose(): void }[];
  #grouping: Grouping = noGrouping;
  #filter: JobFilter = noFilter;
  #arrangement: Arrangement = defaultArrangement;
  #ageTimer: NodeJS.Timeout | undefined;
  /** The jobs as of the last redraw, so that rows agree with their groups whenever the editor asks for them. */
  #jobs: ReadonlyMap<string, Job> = new Map();
  /** Whether the editor is asking for the rows of a group: for their items right after their list. */
  #answering = false;
  readonly #pending = new PendingRedraw();
  readonly #unfolded = new Set<string>();
  #freshSince = '';
  /** Whether the row whose button was clicked last leaves its place, when the editor asks for the rows of the last redraw. */
  #clickedRowMoves = false;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(deps: TreeDeps) {
    this.#deps = deps;
    this.older = new OlderJobs(deps);
    this.#subscriptions = [
      deps.model.onDidChange(({ changed, progressOnly }) => {
        for (const id of changed) this.#changed.add(id);
        if (progressOnly) this.#progressThrottle.request();
        else this.#pace.request();
      }),
      this.older.onDidChange((ids) => {
        for (const id of ids) this.#changed.add(id);
        this.#pace.request();
      }),
      deps.access.onDidChangeState(() => this.#pace.request()),
      deps.looks.onDidChange(() => this.#redrawChanged()),
    ];
  }

  /** Failures after this time (ISO 8601) have not been looked at, and are all shown, within a limit. */
  setFreshSince(at: string): void {
    this.#freshSince = at;
    this.#redraw();
  }

  /** Jobs of a group without a row. */
  hiddenIn(group: string): readonly string[] {
    return this.#grouping.hidden.get(group) ?? [];
  }

  /** Shows the rest of a group, or hides it again. */
  setUnfolded(group: string, unfolded: boolean): void {
    if (this.#unfolded.has(group) === unfolded) return;
    if (unfolded) this.#unfolded.add(group);
    else this.#unfolded.delete(group);
    this.#redraw();
  }

  /** Whether the editor does not know some rows at the moment. */
  get isRedrawing(): boolean {
    return this.#pending.isPending;
  }

  get filter(): JobFilter {
    return this.#filter;
  }

  get arrangement(): Arrangement {
    return this.#arrangement;
  }

  setFilter(filter: JobFilter): void {
    this.#filter = filter;
    this.older.setScope(filter, sectionsOf(this.#arrangement.group));
    this.#redraw();
  }

  setArrangement(arrangement: Arrangement): void {
    const regrouped = arrangement.group !== this.#arrangement.group;
    this.#arrangement = arrangement;
    if (regrouped) this.older.setScope(this.#filter, sectionsOf(arrangement.group));
    this.#redraw();
  }

  /** Sections of the history that can load more jobs. */
  moreSections(): Section[] {
    if (isAway(this.#deps.access.state)) return [];
    return sectionsOf(this.#arrangement.group).filter((section) => this.older.more(section) !== undefined);
  }

  /** A shown job. */
  job(id: string): Job | undefined {
    return this.#deps.model.get(id) ?? this.older.get(id);
  }

  /** Jobs that match the filter. None while the daemon is not available: better no rows than outdated ones. */
  shownJobs(): Job[] {
    if (isAway(this.#deps.access.state)) return [];
    const { model } = this.#deps;
    const now = Date.now();
    const passes = matcher(this.#filter, now);
    const passesWhenFound = matcherOfFound(this.#filter, now);
    const shown = model.all().filter((job) => passes(job) || (this.older.found(job.id) && passesWhenFound(job)));
    for (const job of this.older.all()) if (model.get(job.id) === undefined) shown.push(job);
    return shown;
  }

  /** Whether a job has a row, after drawing pending changes. If it is hidden, its group is unfolded. */
  shows(id: string): boolean {
    this.#redraw();
    const group = [...this.#grouping.hidden].find(([, ids]) => ids.includes(id))?.[0];
    if (group !== undefined) this.setUnfolded(group, true);
    return this.#allRows().includes(id);
  }

  /** The topmost of these jobs, after drawing pending changes. */
  uppermost(ids: ReadonlySet<string>): string | undefined {
    this.#redraw();
    return [...this.#grouping.groups.values()].flat().find((id) => ids.has(id));
  }

  /** While visible, times such as “5 min ago” are kept up to date. */
  setVisible(visible: boolean): void {
    clearInterval(this.#ageTimer);
    this.older.setVisible(visible);
    if (visible) {
      this.#ageTimer = setInterval(() => {
        // A new day may have started, or a job may have become too old for the filter.
        this.#redraw();
        this.#redrawChanged();
      }, ageInterval);
      this.#redrawChanged();
    }
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) this.#pace.rowRequested(null);
    if (this.#clickedRowMoves) this.#deps.buttons.moved();
    this.#pending.asked(node?.id ?? '');
    this.#answering = true;
    setImmediate(() => {
      this.#answering = false;
    });
    const { groups, children } = this.#grouping;
    if (node?.kind === 'more') return [];
    if (node === undefined && this.#arrangement.group !== 'none') {
      return [...groups.keys()].map((key) => this.#nodes.top(key));
    }
    const ids = node?.kind === 'job' ? children.get(node.id) : groups.get(node?.id ?? ungrouped);
    return (ids ?? []).map((id) => this.#nodes.below(id));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind === 'more') {
      const section = foldedGroup(node.id) ?? sectionOfRow(node.id);
      return section === 'finished' ? undefined : this.#nodes.group(section);
    }
    const job = this.#drawnJob(node.id);
    if (job === undefined) return undefined;
    const isBelow = job.parentId !== null && this.#grouping.children.get(job.parentId)?.includes(job.id);
    if (isBelow && job.parentId !== null) return this.node(job.parentId);
    return this.#arrangement.group === 'none' ? undefined : this.#nodes.group(groupKeyOf(job, this.#arrangement));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    this.#pace.rowRequested(node.id);
    if (this.#clickedRowMoves) this.#deps.buttons.moved();
    if (node.kind === 'group') return this.#groupItem(node);
    if (node.kind === 'more') return this.#moreItem(node);
    const job = this.#drawnJob(node.id);
    if (job === undefined) return new vscode.TreeItem(node.id);
    const row = this.#row(job, Date.now());
    this.#drawn.set(node.id, appearance(row));
    return jobItem(job, row, this.#grouping.children.has(job.id), this.#deps.t);
  }

  /** Tooltips are created on hover. One would cover the left of the page that says the same, and its buttons. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const job = node.kind === 'job' ? this.job(node.id) : undefined;
    if (job === undefined || this.#deps.isPageInFront(job.id)) return item;
    const connection = this.#deps.looks.connectionOf(job);
    const text = renderTooltip(job, Date.now(), vscode.workspace.isTrusted, this.#deps.t, connection);
    const tooltip = new vscode.MarkdownString(text);
    tooltip.isTrusted = { enabledCommands: tooltipCommands };
    item.tooltip = tooltip;
    return item;
  }

  /** The node of a job, to reveal it. It may not be shown. */
  node(id: string): JobNode {
    return this.#nodes.job(id);
  }

  dispose(): void {
    clearInterval(this.#ageTimer);
    this.#throttle.dispose();
    this.#progressThrottle.dispose();
    this.#pace.dispose();
    this.older.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  #redraw(): void {
    const before = this.#grouping;
    const shown = this.shownJobs();
    this.#jobs = new Map(shown.map((job) => [job.id, job]));
    const isLong = !isFiltering(this.#filter) && this.#arrangement.group === 'status';
    const limits = isLong ? limitsOf(shown, this.#freshSince, this.#unfolded) : {};
    const rules = { arrangement: this.#arrangement, more: this.moreSections(), limits, now: Date.now() };
    this.#grouping = groupJobs(shown, rules);
    const clicked = this.#deps.buttons.row;
    this.#clickedRowMoves = clicked !== null && placeOf(clicked, before) !== placeOf(clicked, this.#grouping);
    for (const id of this.#nodes.moreIds) this.#changed.add(id);
    const { everything, groups, parents, jobs } = redrawFor(before, this.#grouping, this.#changed);
    this.#changed.clear();
    this.#forgetGone();
    if (everything) {
      this.#pending.sent(['', ...this.#grouping.groups.keys()]);
      this.#pace.changesSent('all');
      this.#changes.fire(undefined);
      return;
    }
    this.#pending.sent([...groups, ...parents]);
    const nodes = [
      ...groups.map((key) => this.#nodes.top(key)),
      ...parents.map((id) => this.node(id)),
      ...this.#different(jobs),
    ];
    this.#send(nodes);
  }

  /** A job as its row shows it: in its latest state, unless its row is asked for in a group that it has left since. */
  #drawnJob(id: string): Job | undefined {
    const [latest, drawn] = [this.job(id), this.#jobs.get(id)];
    if (latest === undefined || drawn === undefined || !this.#answering) return latest ?? drawn;
    return groupKeyOf(latest, this.#arrangement) === groupKeyOf(drawn, this.#arrangement) ? latest : drawn;
  }

  #send(nodes: TreeNode[]): void {
    if (nodes.length === 0) return;
    this.#pace.changesSent(nodes.map(({ id }) => id));
    this.#changes.fire(nodes);
  }

  #row(job: Job, now: number): JobRow {
    const { looks, t } = this.#deps;
    return renderRow(job, now, t, looks.iconOf(job), looks.connectionOf(job));
  }

  /** Redraws rows that look different now. */
  #redrawChanged(): void {
    this.#send(this.#different([...this.#grouping.groups.keys(), ...this.#allRows()]));
  }

  #allRows(): string[] {
    return [...this.#grouping.groups.values(), ...this.#grouping.children.values()].flat();
  }

  /** Rows that were drawn and would look different now. */
  #different(ids: readonly string[]): TreeNode[] {
    const now = Date.now();
    return ids.flatMap((id): TreeNode[] => {
      const drawn = this.#drawn.get(id);
      if (drawn === undefined) return [];
      if (isMore(id)) return drawn === this.#moreText(id) ? [] : [this.#nodes.more(id)];
      if (this.#grouping.groups.has(id)) return drawn === this.#groupText(id) ? [] : [this.#nodes.group(id)];
      const job = this.#drawnJob(id);
      return job === undefined || drawn === appearance(this.#row(job, now)) ? [] : [this.node(id)];
    });
  }

  #forgetGone(): void {
    for (const id of this.#nodes.forgetJobs((id) => this.job(id) !== undefined)) this.#drawn.delete(id);
  }

  #groupItem({ id }: GroupNode): vscode.TreeItem {
    const label = this.#groupText(id);
    this.#drawn.set(id, label);
    return groupItem(id, label);
  }

  #groupText(key: string): string {
    const count = countIn(key, this.#grouping, (id) => this.#drawnJob(id));
    const left = this.moreSections().includes(key as Section) ? (this.older.more(key as Section)?.count ?? null) : 0;
    return groupLabel(key, { count: count + (left ?? 0), more: left === null, now: Date.now() }, this.#deps.t);
  }

  #moreItem({ id }: MoreNode): vscode.TreeItem {
    const text = this.#moreText(id);
    this.#drawn.set(id, text);
    return moreItem(id, text);
  }

  #moreText(id: string): string {
    const group = foldedGroup(id);
    if (group === null) return moreText(this.older.more(sectionOfRow(id)), this.#deps.t);
    const left = this.older.more(group as Section)?.count ?? 0;
    return foldText((this.#grouping.hidden.get(group)?.length ?? 0) + left, this.#deps.t);
  }
}
