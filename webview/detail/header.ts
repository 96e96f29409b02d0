/** The top of the page: banners, the job's title and status, and its actions. */
import '@vscode-elements/elements/dist/vscode-badge/index.js';
import { html, nothing, type TemplateResult } from 'lit';
import type { ErrorBody } from '../../shared/errors.ts';
import { hintText, messageText } from '../../shared/messages/render.ts';
import type { PageAction } from '../../shared/panel.ts';
import { icon, lookIcon } from '../parts.ts';
import { strings } from '../strings.ts';
import { t } from '../texts.ts';
import type { ActionView } from './view/actions.ts';
import type { Banner } from './view/banners.ts';
import type { HeaderView } from './view/view.ts';

/** Runs the actions of the sections. */
export interface Actions {
  run(action: PageAction, jobId?: string | null, stepId?: string | null): void;
  /** Whether an action is in progress. */
  busy(action: PageAction): boolean;
}

const bannerIcons: Record<Banner['tone'], string> = { info: 'info', warning: 'warning', error: 'error' };

export function banner({ tone, text, hint, action }: Banner, actions: Actions): TemplateResult {
  return html`
    <div class="banner banner-${tone}">
      ${icon(bannerIcons[tone])}
      <div class="banner-text">
        <p>${text}</p>
        ${hint === null ? nothing : html`<p class="quiet">${hint}</p>`}
      </div>
      ${action === null ? nothing : html`<button @click=${() => actions.run(action.action)}>${action.label}</button>`}
    </div>
  `;
}

export function header({ title, status, notes, actions: buttons }: HeaderView, actions: Actions): TemplateResult {
  return html`
    <header class="header">
      <h1><bdi>${title}</bdi></h1>
      <p class="status">
        ${lookIcon(status)}<strong>${status.word}</strong>
        ${notes.map((note, at) => (at === 0 ? html`<vscode-badge>${note}</vscode-badge>` : html`<span>${note}</span>`))}
      </p>
      <div class="actions" role="group" aria-label=${strings.actions}>
        ${buttons.map((button) => actionButton(button, actions))}
      </div>
    </header>
  `;
}

/**
 * An unavailable button stays focusable and has its reason as a description. With `disabled`, only mouse users could find
 * out the reason.
 */
function actionButton({ action, label, icon: name, reason, primary }: ActionView, actions: Actions): TemplateResult {
  const busy = actions.busy(action);
  const press = () => {
    if (reason === null && !busy) actions.run(action);
  };
  return html`
    <button
      class=${primary && reason === null ? '' : 'secondary'}
      data-action=${action}
      aria-disabled=${reason !== null}
      aria-busy=${busy}
      title=${reason ?? nothing}
      @click=${press}
    >
      ${icon(name)}<span>${label}</span>
    </button>
  `;
}

/** Why the last action failed. */
export function failure(error: ErrorBody, dismiss: () => void): TemplateResult {
  return html`
    <div class="banner banner-error" role="alert">
      ${icon('error')}
      <div class="banner-text">
        <p>${strings.notDone} ${messageText(error, t)}</p>
        ${error.hint === null ? nothing : html`<p class="quiet">${hintText(error, t)}</p>`}
      </div>
      <button class="icon-button" aria-label=${strings.dismiss} title=${strings.dismiss} @click=${dismiss}>
        ${icon('close')}
      </button>
    </div>
  `;
}
