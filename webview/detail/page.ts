/** The detail page: renders the latest snapshot and sends the reader's actions to the extension. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { ChildRows } from '../../shared/childRow.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import type {
  HistoryMessage,
  PageAction,
  PageState,
  PanelMessage,
  SnapshotMessage,
  UpdateMessage,
} from '../../shared/panel.ts';
import { Announcer } from '../announcer.ts';
import { nextFrame } from '../frame.ts';
import type { Host } from '../host.ts';
import type { Content, Folds } from '../parts.ts';
import { strings } from '../strings.ts';
import { t } from '../texts.ts';
import { timesFor } from '../times.ts';
import { attemptChoice, attemptTable } from './attempts.ts';
import { details, rawData } from './details.ts';
import { type Actions, actionRow, banner, failure, titleLines } from './header.ts';
import { HistoryPlot } from './historyPlot.ts';
import { LogView } from './log/log.ts';
import { ActionMenu } from './menu.ts';
import { Reveal } from './reveal.ts';
import { stepList } from './stepList.ts';
import {
  causeSection,
  errorOutput,
  jobsSection,
  obstacleLine,
  olderAttempt,
  progressSection,
  resultList,
  timelineFold,
  timelineList,
} from './story.ts';
import { shownTab, type TabName, tabId, tabList, tabPanelId, tabsOf } from './tabs.ts';
import { Ticker } from './ticker.ts';
import { type AttemptView, type DetailView, type JobView, viewOf } from './view/view.ts';

export class DetailPage extends LitElement implements Actions, Folds {
  static override properties = {
    snapshot: { state: true },
    history: { state: true },
    problem: { state: true },
    open: { state: true },
    tab: { state: true },
    wraps: { state: true },
  };

  /** The latest snapshot. */
  declare snapshot: SnapshotMessage | null;
  /** The latest runs of similar jobs. */
  declare history: HistoryMessage | null;
  /** Why the last action failed. */
  declare problem: ErrorBody | null;
  declare open: ReadonlySet<string>;
  /** Name of the selected tab; null for the first one. */
  declare tab: string | null;
  /** Whether long lines of the log wrap. */
  declare wraps: boolean;

  readonly #host: Host;
  readonly #log: LogView;
  readonly #plot: HistoryPlot;
  readonly #menu = new ActionMenu(({ action, jobId }) => this.run(action, jobId));
  readonly #reveal = new Reveal(this);
  readonly #announcer = new Announcer(this);
  readonly #showTime = timesFor({ locale: t.language });
  readonly #children = new ChildRows();
  #state: PageState;
  #view: DetailView | null = null;

  constructor(host: Host, state: PageState) {
    super();
    this.#host = host;
    this.#state = state;
    this.#log = new LogView({
      shown: (seq) => host.send({ type: 'shown', seq }),
      changed: () => this.#logChanged(),
      wrapped: (wraps) => this.#wrap(wraps),
      open: () => this.run('openLog'),
      openWhole: () => this.run('openWholeLog'),
    });
    this.#plot = new HistoryPlot((jobId) => this.run('showJob', jobId));
    this.snapshot = null;
    this.history = null;
    this.problem = null;
    this.open = new Set(state.open);
    this.tab = state.tab;
    this.wraps = state.wrap;
    new Ticker(this, () => this.#view?.job?.ticking ?? false);
  }

  /** Handles a message from the extension. */
  take(message: PanelMessage): void {
    if (message.type === 'snapshot') {
      this.snapshot = message;
      this.#keep({ jobId: message.jobId, attempt: message.attempt });
    } else if (message.type === 'update') {
      this.#update(message);
    } else if (message.type === 'children') {
      this.#children.apply(message);
      this.requestUpdate();
    } else if (message.type === 'history') {
      this.history = message;
    } else if (message.type === 'logChunk') {
      this.#log.take(message);
    }
  }

  /** Merges a newer job into the snapshot. */
  #update({ job }: UpdateMessage): void {
    const { snapshot } = this;
    if (snapshot === null || snapshot.job === null || job.rev <= snapshot.job.rev) return;
    this.snapshot = { ...snapshot, job: { ...snapshot.job, ...job } };
  }

  run(action: PageAction, jobId: string | null = null, stepId: string | null = null): void {
    this.problem = null;
    const settled = this.#host.act(action, { jobId, stepId, attempt: this.snapshot?.attempt ?? null });
    this.requestUpdate();
    void settled.then((error) => {
      this.problem = error;
      this.requestUpdate();
    });
  }

  busy(action: PageAction): boolean {
    return this.#host.waitsFor(action);
  }

  fold(name: string, open: boolean): void {
    if (this.open.has(name) === open) return;
    this.open = new Set(open ? [...this.open, name] : [...this.open].filter((one) => one !== name));
    this.#keep({ open: [...this.open] });
  }

  /** No shadow root, so that the page's style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Renders at most once per frame, however many messages arrive. */
  protected override async scheduleUpdate(): Promise<void> {
    await nextFrame();
    super.scheduleUpdate();
  }

  protected override render(): TemplateResult {
    const view = this.#currentView();
    this.#view = view;
    const job = view?.job ?? null;
    return html`
      <div class="unseen" role="status" aria-live="polite">${this.#announcer.say(this.#announcement(view))}</div>
      <div class="page ${job?.live === false ? 'still' : ''} ${this.#reveal.done ? '' : 'unready'}">
        ${this.#notices(view)}
        ${job === null ? this.#loading(view) : this.#job(job)}
      </div>
    `;
  }

  protected override updated(): void {
    const job = this.#view?.job ?? null;
    if (this.snapshot === null) return;
    const isLogShown = job !== null && job.log !== null && shownTab(tabsOf(job), this.tab) === 'log';
    if (!isLogShown || this.#log.isComplete) this.#reveal.when(this.#log.drawn);
  }

  #logChanged(): void {
    this.requestUpdate();
  }

  #currentView(): DetailView | null {
    if (this.snapshot === null) return null;
    const wholeTimeline = this.open.has(timelineFold);
    return viewOf(this.snapshot, Date.now(), this.#showTime, {
      history: this.history,
      children: this.#children,
      wholeTimeline,
    });
  }

  #notices(view: DetailView | null): TemplateResult | typeof nothing {
    const banners = view?.banners ?? [];
    if (banners.length === 0 && this.problem === null) return nothing;
    return html`
      <section aria-label=${strings.notices}>
        ${banners.map((one) => banner(one, this))}
        ${this.problem === null ? nothing : failure(this.problem, () => this.#dismiss())}
      </section>
    `;
  }

  #announcement(view: DetailView | null): string {
    const banners = view?.banners.map(({ text }) => text) ?? [];
    return [view?.job?.header.announcement ?? '', ...banners].join(' ').trim();
  }

  #loading(view: DetailView | null): TemplateResult | typeof nothing {
    return view !== null && view.banners.length > 0 ? nothing : html`<p class="quiet">${strings.loading}</p>`;
  }

  #job(job: JobView): TemplateResult {
    const select = (attempt: AttemptView) => this.#select(attempt.latest ? null : attempt.number);
    this.#log.heading = job.log?.heading ?? '';
    this.#log.attempt = job.log?.attempt ?? 0;
    this.#log.failure = job.log?.failure ?? null;
    this.#log.follows = job.log?.follows ?? false;
    this.#log.wraps = this.wraps;
    this.#plot.view = job.history;
    this.#menu.groups = job.header.actions.menu;
    const tabs = tabsOf(job);
    const tab = shownTab(tabs, this.tab);
    return html`
      <header class="header">
        ${titleLines(job.header, this, attemptChoice(job.attempts, select))}
        ${job.older === null ? nothing : olderAttempt(job.older, () => this.#select(null))}
        ${job.cause === null ? nothing : causeSection(job.cause)}
        ${job.obstacle === null ? nothing : obstacleLine(job.obstacle)}
        ${actionRow(job.header.actions.shown, this.#menu, this)}
        ${job.progress === null ? nothing : progressSection(job.progress)}
      </header>
      <main class="main">
        <div class="tab-line">
          ${tabList(tabs, tab, (name) => this.#show(name))}${tab === 'log' ? this.#log.tools() : nothing}
        </div>
        <div id=${tabPanelId} class="panel panel-${tab}" role="tabpanel" aria-labelledby=${tabId(tab)}>
          ${this.#content(job, tab, select)}
        </div>
      </main>
    `;
  }

  #content(job: JobView, tab: TabName, select: (attempt: AttemptView) => void): Content {
    switch (tab) {
      case 'log':
        return html`${this.#log}`;
      case 'jobs':
        return job.jobs === null ? nothing : jobsSection(job.jobs, this);
      case 'error':
        return errorOutput(job.cause?.details ?? '');
      case 'steps':
        return stepList(job.steps, this, this);
      case 'result':
        return resultList(job.result);
      case 'timeline':
        return timelineList(job.timeline, this);
      case 'attempts':
        return attemptTable(job.attempts, select);
      case 'details':
        return details(job, this.#plot, this, this);
      case 'raw':
        return rawData(job.raw);
    }
  }

  #show(tab: TabName): void {
    this.tab = tab;
    this.#keep({ tab });
  }

  #wrap(wrap: boolean): void {
    this.wraps = wrap;
    this.#keep({ wrap });
  }

  #select(attempt: number | null): void {
    this.#host.send({ type: 'selectAttempt', attempt });
  }

  #dismiss(): void {
    this.problem = null;
  }

  #keep(part: Partial<PageState>): void {
    this.#state = { ...this.#state, ...part };
    this.#host.keep(this.#state);
  }
}
