/** The table of a group's jobs, or of a job's steps, with a bar for each on a common time axis. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { formatDuration } from '../../../shared/format.ts';
import { icon, lookIcon } from '../../parts.ts';
import { stepTo } from '../../roving.ts';
import { fill } from '../../strings.ts';
import { t } from '../../texts.ts';
import { type Axis, axisOf } from './axis.ts';
import { type Chip, type ChipStatus, chipStatus, chipsOf } from './chips.ts';
import { axisLabels, bar } from './drawing.ts';
import { ranFor, type WaterfallItem } from './item.ts';
import { type Column, HeldOrder, nextSort, type Sort, sorted } from './order.ts';
import { columnWords, waterfallStrings as strings } from './strings.ts';

/** What the element shows, as plain data. */
export interface WaterfallView {
  readonly items: readonly WaterfallItem[];
  /** Numbers of rows by status; null to show no filters. */
  readonly counts: Readonly<Partial<Record<ChipStatus, number>>> | null;
  /** Number of all rows, also of those not loaded yet. */
  readonly total: number;
  /** Heading of the first column. */
  readonly heading: string;
  /** Name of the table for screen readers. */
  readonly label: string;
}

/** Markup of the rows that depends on what they are. */
export interface RowParts {
  /** Opens the page of a row; null if rows have no pages. */
  readonly open: ((id: string) => void) | null;
  /** A button behind the name. */
  action(id: string): TemplateResult | typeof nothing;
  /** Content below the row; `nothing` if there is none. */
  more(id: string): TemplateResult | typeof nothing;
}

/** Number of rows at first, and with each press of the button below them. */
const pageSize = 100;

export class Waterfall extends LitElement {
  static override properties = {
    view: { attribute: false },
    parts: { attribute: false },
    sort: { state: true },
    filter: { state: true },
    limit: { state: true },
    at: { state: true },
  };

  declare view: WaterfallView;
  declare parts: RowParts;
  declare sort: Sort;
  /** Null shows all rows. */
  declare filter: ChipStatus | null;
  declare limit: number;
  /** The row whose name is in the tab order; null for the first one. */
  declare at: string | null;

  readonly #order = new HeldOrder();
  #pointed = false;
  #focused = false;
  #rows: readonly WaterfallItem[] = [];
  #axis: Axis | null = null;

  constructor() {
    super();
    this.view = { items: [], counts: null, total: 0, heading: '', label: '' };
    this.parts = { open: null, action: () => nothing, more: () => nothing };
    this.sort = null;
    this.filter = null;
    this.limit = pageSize;
    this.at = null;
  }

  /** No shadow root, so that the page's style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override willUpdate(_: PropertyValues): void {
    const { items } = this.view;
    const wanted = this.filter === null ? items : items.filter((item) => chipStatus(item) === this.filter);
    // A row must not move away from the pointer, and moving the focused row would take the focus from it.
    this.#rows = this.#order.of(items, sorted(wanted, this.sort), this.#pointed || this.#focused);
    this.#axis = axisOf(items);
  }

  protected override render(): TemplateResult {
    const { items, counts, total } = this.view;
    const shown = this.#rows.slice(0, this.limit);
    const columns = this.#columns();
    const classes = columns.map((column) => `with-${column}`).join(' ');
    const inOrder = shown.some(({ id }) => id === this.at) ? this.at : (shown[0]?.id ?? null);
    return html`
      ${counts === null ? nothing : this.#chips(counts, total)}
      <div class="waterfall ${classes}" role="table" aria-label=${this.view.label}>
        <div role="rowgroup">
          <div class="wf-head" role="row">${columns.map((column) => this.#heading(column))}</div>
        </div>
        <div
          class="wf-rows"
          role="rowgroup"
          @pointerenter=${() => this.#hold({ pointed: true })}
          @pointerleave=${() => this.#hold({ pointed: false })}
          @focusin=${() => this.#hold({ focused: true })}
          @focusout=${(event: FocusEvent) => this.#hold({ focused: isInside(event) })}
          @keydown=${this.#key}
        >
          ${repeat(
            shown,
            ({ id }) => id,
            (item) => this.#row(item, columns, item.id === inOrder),
          )}
        </div>
      </div>
      ${this.#rows.length === 0 && items.length > 0 ? html`<p class="quiet wf-note">${strings.nothingLeft}</p>` : nothing}
      ${this.#rest(shown.length, items.length, total)}
    `;
  }

  /** Columns without any value are left out. */
  #columns(): Column[] {
    const { items } = this.view;
    return [
      'name',
      'status',
      ...(items.some(({ progress }) => progress !== null) ? (['progress'] as const) : []),
      'duration',
      ...(this.#axis === null ? [] : (['start'] as const)),
      ...(items.some(({ error }) => error !== null) ? (['error'] as const) : []),
    ];
  }

  #chips(counts: NonNullable<WaterfallView['counts']>, total: number): TemplateResult {
    const chips = chipsOf(counts);
    const chip = (status: ChipStatus | null, content: TemplateResult | string) => html`
      <button
        class="toggle"
        data-filter=${status ?? 'all'}
        aria-pressed=${this.filter === status}
        @click=${() => this.#choose(status)}
      >${content}</button>
    `;
    const number = (count: number) => count.toLocaleString(t.language);
    const counted = ({ look, word, count }: Chip) => html`${lookIcon(look)}<span>${word} ${number(count)}</span>`;
    return html`
      <div class="wf-chips" role="group" aria-label=${strings.filters}>
        ${chip(null, `${strings.all} ${number(total)}`)}
        ${chips.map((one) => chip(one.status, counted(one)))}
      </div>
    `;
  }

  /** Pressing the filter in use again shows all rows. */
  #choose(status: ChipStatus | null): void {
    this.filter = this.filter === status ? null : status;
    this.limit = pageSize;
  }

  #heading(column: Column): TemplateResult {
    const order = this.sort?.column === column ? this.sort.order : 'none';
    const word = column === 'name' ? this.view.heading : column === 'start' ? strings.time : columnWords[column];
    const arrow = order === 'none' ? nothing : icon(order === 'ascending' ? 'arrow-up' : 'arrow-down');
    return html`
      <div class="wf-${column}" role="columnheader" aria-sort=${order}>
        <button class="wf-sort" data-column=${column} @click=${() => this.#sortBy(column)}>${word}${arrow}</button>
        ${column === 'start' && this.#axis !== null ? axisLabels(this.#axis) : nothing}
      </div>
    `;
  }

  #sortBy(column: Column): void {
    this.sort = nextSort(this.sort, column);
  }

  #row(item: WaterfallItem, columns: readonly Column[], inOrder: boolean): TemplateResult {
    const { open } = this.parts;
    const more = this.parts.more(item.id);
    return html`
      <div
        class="wf-row ${open === null ? '' : 'wf-opens'}"
        role="row"
        data-row=${item.id}
        @click=${open === null ? nothing : (event: MouseEvent) => clickedBeside(event) && open(item.id)}
      >
        ${columns.map((column) => html`<div class="wf-${column}" role="cell">${this.#cell(column, item, inOrder)}</div>`)}
        ${more === nothing ? nothing : html`<div class="wf-more" role="cell">${more}</div>`}
      </div>
    `;
  }

  #cell(column: Column, item: WaterfallItem, inOrder: boolean): TemplateResult | string {
    switch (column) {
      case 'name':
        return this.#name(item, inOrder);
      case 'status': {
        const attempts =
          item.attempts > 1 ? html`<span class="quiet">${fill(strings.attempts, item.attempts)}</span>` : '';
        return html`${lookIcon(item.look)}<span>${item.word} ${attempts}</span>`;
      }
      case 'progress':
        return item.progress ?? '';
      case 'duration': {
        const ran = ranFor(item);
        return ran === null ? '' : formatDuration(ran, t);
      }
      case 'start':
        return this.#axis === null ? '' : bar(item, this.#axis);
      case 'error':
        return item.error === null ? '' : html`<span class="wf-message" title=${item.error}>${item.error}</span>`;
    }
  }

  #name({ id, name, shortName, kind, depth }: WaterfallItem, inOrder: boolean): TemplateResult {
    const { open } = this.parts;
    const label = html`<bdi>${shortName}</bdi>`;
    // Nesting has no meaning in another order.
    return html`
      <span class="wf-label ${this.sort === null ? `depth-${depth}` : ''}">
        ${
          open === null
            ? html`<span>${label}</span>`
            : html`<button
                class="link wf-open"
                data-job=${id}
                tabindex=${inOrder ? 0 : -1}
                title=${name}
                @focus=${() => this.#reach(id)}
                @click=${() => open(id)}
              >${label}</button>`
        }
        ${kind === null ? nothing : html`<span class="step-kind">${kind}</span>`}
      </span>
      ${this.parts.action(id)}
    `;
  }

  #rest(shown: number, loaded: number, total: number): TemplateResult | typeof nothing {
    const left = this.#rows.length - shown;
    const more = Math.min(left, pageSize);
    const reading = loaded < total;
    if (left === 0 && !reading) return nothing;
    const number = (count: number) => count.toLocaleString(t.language);
    const add = () => {
      this.limit += pageSize;
    };
    return html`
      <div class="wf-rest">
        ${left > 0 ? html`<button class="secondary" @click=${add}>${fill(strings.showMore, number(more))}</button>` : nothing}
        <span class="quiet">
          ${
            reading
              ? fill(strings.reading, number(loaded), number(total))
              : fill(strings.shown, number(shown), number(this.#rows.length))
          }
        </span>
      </div>
    `;
  }

  #hold({ pointed = this.#pointed, focused = this.#focused }): void {
    if (pointed === this.#pointed && focused === this.#focused) return;
    this.#pointed = pointed;
    this.#focused = focused;
    // Rows whose place changed meanwhile move now.
    if (!pointed && !focused) this.requestUpdate();
  }

  #reach(id: string): void {
    this.at = id;
  }

  readonly #key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const buttons = [...this.querySelectorAll<HTMLElement>('.wf-open')];
    const index = event.target instanceof HTMLElement ? buttons.indexOf(event.target) : -1;
    const to = index < 0 ? null : stepTo(event.key, index, buttons.length);
    if (to === null) return;
    event.preventDefault();
    buttons[to]?.focus();
  };
}

function isInside({ currentTarget, relatedTarget }: FocusEvent): boolean {
  return currentTarget instanceof Node && relatedTarget instanceof Node && currentTarget.contains(relatedTarget);
}

/** Whether a click was on the row itself: not on a control, and not to select text. */
function clickedBeside({ target }: MouseEvent): boolean {
  if (target instanceof Element && target.closest('button, summary, details, a') !== null) return false;
  return getSelection()?.isCollapsed !== false;
}
