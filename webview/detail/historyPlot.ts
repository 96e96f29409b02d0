/** The plot of durations: each bar is a run and opens its job. A table has the same numbers. */
import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { JobStatus } from '../../shared/job.ts';
import { statusLooks } from '../../shared/statusLooks.ts';
import { colorClass } from '../looks.ts';
import { stepTo } from '../roving.ts';
import { strings } from '../strings.ts';
import type { HistoryView, RunView } from './view/history.ts';

/** Heights in pixels of the longest bar, the shortest bar, and the marks below the bars. */
const tallest = 64;
const shortest = 2;
const markHeight = 12;

/** Each status has a mark in addition to its color, except completed. */
const marks: Partial<Record<JobStatus, string>> = {
  failed: 'M-2.5 -2.5 L2.5 2.5 M2.5 -2.5 L-2.5 2.5',
  cancelled: 'M-2.5 0 A2.5 2.5 0 1 1 2.5 0 A2.5 2.5 0 1 1 -2.5 0',
  lost: 'M-2.5 1.5 L0 -2.5 L2.5 1.5 Z',
};

export class HistoryPlot extends LitElement {
  static override properties = { view: { attribute: false }, at: { state: true } };

  declare view: HistoryView | null;
  /** The run in the tab order; null for the page's job. */
  declare at: string | null;

  readonly #open: (jobId: string) => void;

  /** `open` opens a job. */
  constructor(open: (jobId: string) => void) {
    super();
    this.#open = open;
    this.view = null;
    this.at = null;
  }

  /** No shadow root, so that the page's style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.view === null) return nothing;
    const { runs, median } = this.view;
    const inOrder = Math.max(0, this.#index(runs));
    const y = tallest * (1 - median);
    // Keyed by run, so that the focus stays on its run when runs are added and removed.
    return html`
      <div class="runs" role="toolbar" aria-label=${strings.historyPlot} @keydown=${this.#key}>
        <svg class="median" height=${tallest} aria-hidden="true">
          <line x1="0" x2="100%" y1=${y} y2=${y}></line>
        </svg>
        ${repeat(
          runs,
          ({ id }) => id,
          (run, index) => this.#bar(run, index === inOrder),
        )}
      </div>
      <p class="legend" aria-hidden="true">${legend(runs)}</p>
    `;
  }

  #bar(run: RunView, inOrder: boolean): TemplateResult {
    const { id, status, share, label, current } = run;
    const height = Math.max(shortest, share * tallest);
    return html`
      <button
        class="run run-${status} ${colorClass(statusLooks[status])}"
        data-job=${id}
        tabindex=${inOrder ? 0 : -1}
        aria-label=${label}
        aria-current=${current}
        title=${label}
        @focus=${() => this.#reach(id)}
        @click=${() => this.#open(id)}
      >
        <svg width="100%" height=${tallest + markHeight} aria-hidden="true">
          <rect x="14%" width="72%" y=${tallest - height} height=${height}></rect>
          ${mark(status)}
        </svg>
      </button>
    `;
  }

  /** Index of the run in the tab order: the last focused one, else the page's job, else the latest. */
  #index(runs: readonly RunView[]): number {
    const last = runs.findIndex(({ id }) => id === this.at);
    if (last >= 0) return last;
    const own = runs.findIndex(({ current }) => current);
    return own >= 0 ? own : runs.length - 1;
  }

  #reach(id: string): void {
    this.at = id;
  }

  readonly #key = (event: KeyboardEvent) => {
    const runs = this.view?.runs ?? [];
    const to =
      event.ctrlKey || event.metaKey || event.altKey ? null : stepTo(event.key, this.#index(runs), runs.length);
    if (to === null) return;
    event.preventDefault();
    this.querySelectorAll<HTMLElement>('.run')[to]?.focus();
  };
}

/** The mark of a status, centered below its bar. */
function mark(status: JobStatus): TemplateResult | typeof nothing {
  const path = marks[status];
  if (path === undefined) return nothing;
  return svg`<svg class="mark" x="50%" y=${tallest + markHeight / 2} width="1" height="1" overflow="visible"><path d=${path}></path></svg>`;
}

/** A legend of the marks in use. */
function legend(runs: readonly RunView[]): TemplateResult[] {
  const words = new Map(runs.filter(({ status }) => marks[status] !== undefined).map((run) => [run.status, run.word]));
  return [...words].map(
    ([status, word]) => html`
      <span class=${colorClass(statusLooks[status])}>
        <svg class="mark" width="8" height="8" viewBox="-4 -4 8 8"><path d=${marks[status] ?? ''}></path></svg>${word}
      </span>
    `,
  );
}
