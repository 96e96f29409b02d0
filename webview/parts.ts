/** Markup that several sections share. Data of jobs is always inserted as text. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Span, toPlainText } from '../shared/terminal/plainText.ts';
import { styleClasses } from './ansi.ts';
import { colorClass, type Look } from './looks.ts';
import { fill, strings } from './strings.ts';
import type { ShownTime } from './times.ts';

/** The expanded sections of a page. */
export interface Folds {
  /** Names of the expanded sections. */
  readonly open: ReadonlySet<string>;
  fold(name: string, open: boolean): void;
}

export type Content = TemplateResult | typeof nothing | string | (TemplateResult | typeof nothing)[];

/** A decorative codicon, whose meaning is also given as text. */
export function icon(name: string, spin = false): TemplateResult {
  return html`<span class="codicon codicon-${name} ${spin ? 'codicon-modifier-spin' : ''}" aria-hidden="true"></span>`;
}

/** The icon of a status, in its color. */
export function lookIcon(look: Look): TemplateResult {
  return html`<span class="look ${colorClass(look)}">${icon(look.icon, look.spin)}</span>`;
}

export function time({ text, full, iso }: ShownTime): TemplateResult {
  return html`<time datetime=${iso} title=${full}>${text}</time>`;
}

/** A section labelled by its heading. */
export function section(id: string, heading: string, content: Content): TemplateResult {
  return html`
    <section class="section section-${id}" aria-labelledby="heading-${id}">
      <h2 id="heading-${id}">${heading}</h2>
      ${content}
    </section>
  `;
}

/** A section that can be expanded. Its content is rendered only while it is expanded. */
export function foldable(folds: Folds, name: string, summary: string, content: () => Content): TemplateResult {
  const open = folds.open.has(name);
  const toggled = (event: Event) => {
    if (event.currentTarget instanceof HTMLDetailsElement) folds.fold(name, event.currentTarget.open);
  };
  return html`
    <details class="fold" ?open=${open} @toggle=${toggled}>
      <summary>${icon('chevron-right')}${summary}</summary>
      ${open ? content() : nothing}
    </details>
  `;
}

const longestJson = 200_000;

/** JSON as indented text, truncated if it is too long for a page. */
export function json(label: string, value: unknown): TemplateResult {
  const text = JSON.stringify(value, null, 2) ?? '';
  const shown =
    text.length > longestJson ? `${text.slice(0, longestJson)}\n${fill(strings.cutJson, text.length)}` : text;
  return html`<pre class="block" tabindex="0" role="group" aria-label=${label}>${shown}</pre>`;
}

/** Terminal output as lines. */
export function output(label: string, text: string): TemplateResult {
  const plain = toPlainText(text.replace(/\n$/, ''));
  const spans = new Map<number, Span[]>();
  for (const span of plain.spans) spans.set(span.line, [...(spans.get(span.line) ?? []), span]);
  const lines = plain.text
    .split('\n')
    .map((line, number) => html`<div class="line">${pieces(line, spans.get(number) ?? [])}</div>`);
  return html`<div class="block terminal" tabindex="0" role="group" aria-label=${label}>${lines}</div>`;
}

/** A line of terminal output with its colors. */
function pieces(line: string, spans: readonly Span[]): (string | TemplateResult)[] {
  let at = 0;
  const parts = spans.flatMap(({ start, end, style }) => {
    const before = line.slice(at, start);
    at = end;
    return [before, html`<span class=${styleClasses(style).join(' ')}>${line.slice(start, end)}</span>`];
  });
  return [...parts, line.slice(at)];
}
