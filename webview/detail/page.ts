/** The detail page: renders the newest snapshot, and passes on what the reader wants. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import type { ErrorBody } from '../../shared/errors.ts';
import type { PageAction, PageState, PanelMessage, SnapshotMessage } from '../../shared/panel.ts';
import type { Host } from '../host.ts';
import { strings } from '../strings.ts';
import { type Actions, banner, failure, header } from './header.ts';
import { LogView } from './log.ts';
import type { Folds } from './parts.ts';
import { side } from './side.ts';
import { errorSection, jobsSection, olderAttempt, progressSection, resultSection, timelineSection } from './story.ts';
import { Ticker } from './ticker.ts';
import { timesFor } from './times.ts';
import { type AttemptView, type DetailView, type JobView, viewOf } from './view.ts';

export class DetailPage extends LitElement implements Actions, Folds {
  static override properties = {
    snapshot: { state: true },
    problem: { state: true },
    open: { state: true },
  };

  /** What the extension last said. */
  declare snapshot: SnapshotMessage | null;
  /** Why the last action did not work. */
  declare problem: ErrorBody | null;
  declare open: ReadonlySet<string>;

  readonly #host: Host;
  readonly #log: LogView;
  readonly #showTime = timesFor();
  #state: PageState;
  #view: DetailView | null = null;

  constructor(host: Host, state: PageState) {
    super();
    this.#host = host;
    this.#state = state;
    this.#log = new LogView((seq) => host.send({ type: 'shown', seq }));
    this.snapshot = null;
    this.problem = null;
    this.open = new Set(state.open);
    new Ticker(this, () => this.#view?.job?.ticking ?? false);
  }

  /** Shows what the extension says. */
  take(message: PanelMessage): void {
    if (message.type === 'snapshot') {
      this.snapshot = message;
      this.#keep({ jobId: message.jobId, attempt: message.attempt });
    } else if (message.type === 'logChunk') {
      this.#log.take(message);
    }
  }

  run(action: PageAction, jobId: string | null = null): void {
    this.problem = null;
    const settled = this.#host.act(action, { jobId, attempt: this.snapshot?.attempt ?? null });
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

  /** In the document's own tree, where its style sheet reaches. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult {
    const view = this.snapshot === null ? null : viewOf(this.snapshot, Date.now(), this.#showTime);
    this.#view = view;
    const job = view?.job ?? null;
    return html`
      <div class="unseen" role="status" aria-live="polite">${this.#announcement(view)}</div>
      <div class="page ${job?.live === false ? 'still' : ''}">
        ${view?.banners.map((one) => banner(one, this))}
        ${this.problem === null ? nothing : failure(this.problem, () => this.#dismiss())}
        ${job === null ? this.#loading(view) : this.#job(job)}
      </div>
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
    this.#log.heading = job.log.heading;
    this.#log.attempt = job.log.attempt;
    return html`
      ${header(job.header, this)}
      <div class="columns">
        <main class="story">
          ${job.older === null ? nothing : olderAttempt(job.older, () => this.#select(null))}
          ${job.error === null ? nothing : errorSection(job.error)}
          ${job.progress === null ? nothing : progressSection(job.progress)}
          ${job.result.length === 0 ? nothing : resultSection(job.result)}
          ${job.jobs === null ? this.#log : jobsSection(job.jobs, this)}
          ${timelineSection(job.timeline, this)}
        </main>
        ${side(job, this, this, select)}
      </div>
    `;
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
