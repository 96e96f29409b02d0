/** The steps of a job with their states. Outputs and errors can be expanded. */
import { html, nothing, type TemplateResult } from 'lit';
import { formatWholeShare } from '../../shared/format.ts';
import type { JobError } from '../../shared/job.ts';
import { type Folds, foldable, icon, json, lookIcon, output } from '../parts.ts';
import { fill, strings } from '../strings.ts';
import { t } from '../texts.ts';
import type { Actions } from './header.ts';
import type { StepView } from './view/steps.ts';

export function stepList(steps: readonly StepView[], folds: Folds, actions: Actions): TemplateResult {
  return html`
    <ol class="steps" aria-label=${strings.steps}>
      ${steps.map((step) => html`<li>${stepItem(step, folds, actions)}</li>`)}
    </ol>
  `;
}

function stepItem(step: StepView, folds: Folds, actions: Actions): TemplateResult {
  const { label, look, word, share, kind, notes } = step;
  const state = `${word}${share > 0 && share < 1 ? `, ${formatWholeShare(share, t)}` : ''}`;
  return html`
    <div class="step">
      ${lookIcon(look)}<span class="step-label"><bdi>${label}</bdi></span>
      ${kind === null ? nothing : html`<span class="step-kind">${kind}</span>`}
      <span class="quiet">${[state, ...notes].join(' · ')}</span>
      ${rerunButton(step, actions)}
    </div>
    ${step.error === null ? nothing : stepError(step, step.error, folds)}
    ${step.output === undefined ? nothing : stepOutput(step, folds)}
  `;
}

function stepOutput({ id, label, output: value }: StepView, folds: Folds): TemplateResult {
  const name = fill(strings.stepOutput, label);
  return html`<div class="step-more">${foldable(folds, foldName('output', id), name, () => json(name, value))}</div>`;
}

function stepError({ id, label }: StepView, { message, hint, details }: JobError, folds: Folds): TemplateResult {
  const name = fill(strings.stepError, label);
  return html`
    <div class="step-more">
      <p class="step-error">${message}${hint === null ? nothing : html` <span class="quiet">${hint}</span>`}</p>
      ${details === null || details === '' ? nothing : foldable(folds, foldName('error', id), name, () => output(name, details))}
    </div>
  `;
}

/** The name of a section in the kept state, which limits its length. */
function foldName(what: string, id: string): string {
  return `${what}-${id}`.slice(0, 200);
}

/** Like the header's buttons, an unavailable one gives the reason. */
function rerunButton({ id, label, rerun }: StepView, actions: Actions): TemplateResult | typeof nothing {
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
