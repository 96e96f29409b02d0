/** The menu with the actions that have no button of their own. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { icon } from '../parts.ts';
import { stepTo } from '../roving.ts';
import { strings } from '../strings.ts';
import type { ActionView } from './view/actions.ts';

export class ActionMenu extends LitElement {
  static override properties = { groups: { attribute: false }, open: { state: true } };

  declare groups: readonly ActionView[][];
  declare open: boolean;

  readonly #run: (view: ActionView) => void;

  constructor(run: (view: ActionView) => void) {
    super();
    this.#run = run;
    this.groups = [];
    this.open = false;
    this.addEventListener('focusout', ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && this.contains(relatedTarget))) this.open = false;
    });
  }

  /** No shadow root, so that the page's style sheet applies. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.groups.length === 0) return nothing;
    return html`
      <button
        class="secondary menu-button"
        aria-haspopup="menu"
        aria-expanded=${this.open}
        aria-label=${strings.moreActions}
        title=${strings.moreActions}
        @click=${() => this.#toggle()}
        @keydown=${this.#buttonKey}
      >
        ${icon('ellipsis')}
      </button>
      ${this.open ? this.#menu() : nothing}
    `;
  }

  #menu(): TemplateResult {
    const separator = html`<div class="menu-separator" role="separator"></div>`;
    return html`
      <div class="menu" role="menu" aria-label=${strings.moreActions} @keydown=${this.#key}>
        ${this.groups.map((group, at) => [at === 0 ? nothing : separator, group.map((view) => this.#item(view))])}
      </div>
    `;
  }

  #item(view: ActionView): TemplateResult {
    return html`
      <button class="menu-item" role="menuitem" tabindex="-1" data-action=${view.action} @click=${() => this.#choose(view)}>
        ${icon(view.icon)}<span>${view.label}</span>
      </button>
    `;
  }

  #choose(view: ActionView): void {
    this.#close();
    this.#run(view);
  }

  #toggle(): void {
    if (this.open) this.#close();
    else this.#openAt(0);
  }

  #openAt(index: number): void {
    this.open = true;
    void this.updateComplete.then(() => this.#items().at(index)?.focus());
  }

  #close(): void {
    this.open = false;
    this.querySelector<HTMLElement>('.menu-button')?.focus();
  }

  #items(): HTMLElement[] {
    return [...this.querySelectorAll<HTMLElement>('.menu-item')];
  }

  readonly #buttonKey = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    this.#openAt(event.key === 'ArrowDown' ? 0 : -1);
  };

  readonly #key = (event: KeyboardEvent) => {
    const items = this.#items();
    const at = items.findIndex((item) => item.matches(':focus'));
    const to = stepTo(event.key, at, items.length);
    if (event.key === 'Escape') this.#close();
    else if (event.key === 'Tab') this.open = false;
    else if (to !== null) items[to]?.focus();
    if (event.key === 'Tab' || (event.key !== 'Escape' && to === null)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
