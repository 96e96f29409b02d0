/** The steps of a job, drawn like the jobs of a group. Outputs and errors can be expanded. */
import { html, nothing, type TemplateResult } from 'lit';
import { type Folds, foldable, icon, json, output } from '../parts.ts';
import { fill, strings } from '../strings.ts';
import type { Actions } from './header.ts';
import type { StepView } from './view/steps.ts';
import { countRows } from './waterfall/chips.ts';
import type { RowParts, WaterfallView } from './waterfall/element.ts';
import { waterfallStrings } from './waterfall/strings.ts';

/** A few steps can be seen at once, so they need no filters. */
const minFiltered = 12;

export function stepList(steps: readonly StepView[], folds: Folds, actions: Actions): TemplateResult {
  const items = steps.map(({ item }) => item);
  const byId = new Map(steps.map((step) => [step.item.id, step]));
  const view: WaterfallView = {
    items,
    counts: items.length < minFiltered ? null : countRows(items),
    total: items.length,
    heading: waterfallStrings.step,
    label: strings.steps,
  };
  const of = (id: string, draw: (step: StepView) => TemplateResult | typeof nothing) => {
    const step = byId.get(id);
    return step === undefined ? nothing : draw(step);
  };
  const parts: RowParts = {
    open: null,
    action: (id) => of(id, (step) => rerunButton(step, actions)),
    more: (id) => of(id, (step) => stepMore(step, folds)),
  };
  return html`<jobdeck-waterfall .view=${view} .parts=${parts}></jobdeck-waterfall>`;
}

/** The hint and details of its error, and its output. */
function stepMore(
  { item: { id, name }, error, output: value }: StepView,
  folds: Folds,
): TemplateResult | typeof nothing {
  const { hint = null, details = null } = error ?? {};
  const hasDetails = details !== null && details !== '';
  if (hint === null && !hasDetails && value === undefined) return nothing;
  const errorName = fill(strings.stepError, name);
  const outputName = fill(strings.stepOutput, name);
  return html`
    ${hint === null ? nothing : html`<p class="quiet">${hint}</p>`}
    ${hasDetails ? foldable(folds, foldName('error', id), errorName, () => output(errorName, details)) : nothing}
    ${value === undefined ? nothing : foldable(folds, foldName('output', id), outputName, () => json(outputName, value))}
  `;
}

/** The name of a section in the kept state, which limits its length. */
function foldName(what: string, id: string): string {
  return `${what}-${id}`.slice(0, 200);
}

/** Like the header's buttons, an unavailable one gives the reason. */
function rerunButton(
  { item: { id, name: label }, rerun }: StepView,
  actions: Actions,
): TemplateResult | typeof nothing {
  if (rerun === null) return nothing;
  const name = fill(strings.rerunFromStep, label);
  const press = () => {
    if (rerun.reason === null && !actions.busy('rerunFromStep')) actions.run('rerunFromStep', null, id);
  };
  return html`
    <button
      class="icon-button"
      data-action="rerunFromStep"
      aria-label=${name}
      aria-disabled=${rerun.reason !== null}
      title=${rerun.reason ?? strings.rerunFromHere}
      @click=${press}
    >
      ${icon('debug-rerun')}
    </button>
  `;
}
