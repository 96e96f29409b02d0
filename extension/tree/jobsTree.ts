/** The rows of the jobs view. Fires only what looks different, and at most ten times a second. */
import * as vscode from 'vscode';
import type { Job } from '../../shared/job.ts';
import type { DaemonAccess } from '../daemon/access.ts';
import type { Event } from '../event.ts';
import { commandIds } from '../ids.ts';
import type { JobsModel } from '../jobsModel.ts';
import type { Translate } from '../text.ts';
import { Throttle } from '../throttle.ts';
import { type JobFilter, noFilter, passes } from './filter.ts';
import { type GroupId, type Grouping, groupJobs, groupLabel, groupOf, noGrouping, redrawFor } from './groups.ts';
import { type Row, type RowIcon, renderRow } from './row.ts';
import { renderTooltip, tooltipCommands } from './tooltip.ts';

/** Milliseconds between two redraws. */
const redrawInterval = 100;
/** Milliseconds after which “5 min ago” is looked at again. */
const ageInterval = 30_000;

export interface GroupNode {
  readonly kind: 'group';
  readonly id: GroupId;
}
export interface JobNode {
  readonly kind: 'job';
  readonly id: string;
}
/** One object per group and per job as long as it is shown: the editor tells rows apart by identity. */
export type TreeNode = GroupNode | JobNode;

/** How jobs look by the definition of their type. */
export interface JobLooks {
  readonly onDidChange: Event<void>;
  iconOf(job: Job): RowIcon;
}

export interface TreeDeps {
  readonly model: JobsModel;
  readonly access: DaemonAccess;
  readonly looks: JobLooks;
  readonly t: Translate;
}

export class JobsTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #deps: TreeDeps;
  readonly #changes = new vscode.EventEmitter<TreeNode[] | undefined>();
  readonly #throttle = new Throttle(redrawInterval, () => this.#redraw());
  readonly #groups = new Map<GroupId, GroupNode>();
  readonly #rows = new Map<string, JobNode>();
  /** What each row looked like when it was drawn. */
  readonly #drawn = new Map<string, string>();
  readonly #changed = new Set<string>();
  readonly #subscriptions: { dispose(): void }[];
  #grouping: Grouping = noGrouping;
  #filter: JobFilter = noFilter;
  #ageTimer: NodeJS.Timeout | undefined;

  readonly onDidChangeTreeData = this.#changes.event;

  constructor(deps: TreeDeps) {
    this.#deps = deps;
    this.#subscriptions = [
      deps.model.onDidChange(({ changed }) => {
        for (const id of changed) this.#changed.add(id);
        this.#throttle.request();
      }),
      deps.access.onDidChangeState(() => this.#throttle.request()),
      deps.looks.onDidChange(() => this.#drawAnew()),
    ];
  }

  get filter(): JobFilter {
    return this.#filter;
  }

  setFilter(filter: JobFilter): void {
    this.#filter = filter;
    this.#redraw();
  }

  /** Jobs that pass the filter; none while nobody knows how the jobs are. */
  shownJobs(): Job[] {
    // Without a daemon better no rows than rows that may be wrong.
    const { status } = this.#deps.access.state;
    if (status === 'offline' || status === 'failed') return [];
    return this.#deps.model.all().filter((job) => passes(job, this.#filter));
  }

  /** Whether a job has a row. What has just changed is drawn first. */
  shows(id: string): boolean {
    this.#redraw();
    return this.#allRows().includes(id);
  }

  /** Keeps “5 min ago” true while somebody can see it. */
  setVisible(visible: boolean): void {
    clearInterval(this.#ageTimer);
    if (visible) {
      this.#ageTimer = setInterval(() => this.#drawAnew(), ageInterval);
      this.#drawAnew();
    }
  }

  getChildren(node?: TreeNode): TreeNode[] {
    if (node === undefined) return [...this.#grouping.groups.keys()].map((id) => this.#groupNode(id));
    const { groups, children } = this.#grouping;
    const ids = node.kind === 'job' ? children.get(node.id) : groups.get(node.id);
    return (ids ?? []).map((id) => this.node(id));
  }

  getParent(node: TreeNode): TreeNode | undefined {
    if (node.kind === 'group') return undefined;
    const job = this.#deps.model.get(node.id);
    if (job === undefined) return undefined;
    const isBelow = job.parentId !== null && this.#grouping.children.get(job.parentId)?.includes(job.id);
    return isBelow && job.parentId !== null ? this.node(job.parentId) : this.#groupNode(groupOf(job));
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    if (node.kind === 'group') return this.#groupItem(node);
    const job = this.#deps.model.get(node.id);
    if (job === undefined) return new vscode.TreeItem(node.id);
    const row = this.#row(job, Date.now());
    this.#drawn.set(node.id, appearance(row));
    return jobItem(job, row, this.#grouping.children.has(job.id), this.#deps.t);
  }

  /** Tooltips are made when somebody points at a row. */
  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const job = node.kind === 'job' ? this.#deps.model.get(node.id) : undefined;
    if (job === undefined) return item;
    const text = renderTooltip(job, Date.now(), vscode.workspace.isTrusted, this.#deps.t);
    const tooltip = new vscode.MarkdownString(text);
    tooltip.isTrusted = { enabledCommands: tooltipCommands };
    item.tooltip = tooltip;
    return item;
  }

  /** The row of a job, to be revealed; it need not be shown. */
  node(id: string): JobNode {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const node: JobNode = { kind: 'job', id };
    this.#rows.set(id, node);
    return node;
  }

  dispose(): void {
    clearInterval(this.#ageTimer);
    this.#throttle.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changes.dispose();
  }

  #redraw(): void {
    const before = this.#grouping;
    this.#grouping = groupJobs(this.shownJobs());
    const { everything, groups, parents, jobs } = redrawFor(before, this.#grouping, this.#changed);
    this.#changed.clear();
    this.#forgetGone();
    if (everything) {
      this.#changes.fire(undefined);
      return;
    }
    const nodes = [
      ...groups.map((id) => this.#groupNode(id)),
      ...parents.map((id) => this.node(id)),
      ...this.#different(jobs),
    ];
    if (nodes.length > 0) this.#changes.fire(nodes);
  }

  #row(job: Job, now: number): Row {
    return renderRow(job, now, this.#deps.t, this.#deps.looks.iconOf(job));
  }

  /** Draws those that look different now. */
  #drawAnew(): void {
    const nodes = this.#different(this.#allRows());
    if (nodes.length > 0) this.#changes.fire(nodes);
  }

  #allRows(): string[] {
    return [...this.#grouping.groups.values(), ...this.#grouping.children.values()].flat();
  }

  /** Those that were drawn and would look different now. */
  #different(ids: readonly string[]): JobNode[] {
    const now = Date.now();
    return ids.flatMap((id) => {
      const job = this.#deps.model.get(id);
      const drawn = this.#drawn.get(id);
      const same = job === undefined || drawn === undefined || drawn === appearance(this.#row(job, now));
      return same ? [] : [this.node(id)];
    });
  }

  #forgetGone(): void {
    for (const id of this.#rows.keys()) {
      if (this.#deps.model.get(id) !== undefined) continue;
      this.#rows.delete(id);
      this.#drawn.delete(id);
    }
  }

  #groupNode(id: GroupId): GroupNode {
    const known = this.#groups.get(id);
    if (known !== undefined) return known;
    const node: GroupNode = { kind: 'group', id };
    this.#groups.set(id, node);
    return node;
  }

  #groupItem({ id }: GroupNode): vscode.TreeItem {
    const label = groupLabel(id, this.#grouping.groups.get(id)?.length ?? 0, this.#deps.t);
    const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
    item.id = `group:${id}`;
    item.contextValue = `group ${id}`;
    return item;
  }
}

function appearance(row: Row): string {
  return [row.label, row.description, row.icon.icon, row.icon.color, row.context].join('\n');
}

function jobItem(job: Job, row: Row, isParent: boolean, t: Translate): vscode.TreeItem {
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(row.label, isParent ? Collapsed : None);
  item.id = job.id;
  item.description = row.description;
  item.iconPath = new vscode.ThemeIcon(row.icon.icon, new vscode.ThemeColor(row.icon.color));
  item.contextValue = row.context;
  item.accessibilityInformation = { label: row.spoken };
  item.command = { command: commandIds.showDetails, title: t('Show Details'), arguments: [job.id] };
  return item;
}
