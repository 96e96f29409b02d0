/** The top of the page: banners, the job's title and status, its command, and its actions. */
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

/** `attempts`: the choice of the attempt. */
export function titleLines(
  { title, status, notes, command, hasCommand, links }: HeaderView,
  actions: Actions,
  attempts: TemplateResult | typeof nothing,
): TemplateResult {
  const copy = html`
    <button
      class="icon-button"
      data-action="copyCommand"
      aria-label=${strings.copyCommand}
      title=${strings.copyCommand}
      @click=${() => actions.run('copyCommand')}
    >
      ${icon('copy')}
    </button>
  `;
  return html`
      <div class="title-line">
        <span class="title">
          ${lookIcon(status)}
          <h1 title=${title}><bdi>${title}</bdi></h1>
          ${hasCommand && command === null ? copy : nothing}
        </span>
        <p class="status">
          <strong>${status.word}</strong>
          ${notes.map((note) => html`<span>${note}</span>`)}
          ${links.map(linkTo)}
        </p>
        ${attempts}
      </div>
      ${
        command === null
          ? nothing
          : html`<p class="command"><code title=${command}><bdi>${command}</bdi></code>${copy}</p>`
      }
  `;
}

/** The editor opens it in the browser. */
function linkTo({ label, url }: HeaderView['links'][number]): TemplateResult {
  return html`<a href=${url} title=${url}>${icon('link-external')}<bdi>${label}</bdi></a>`;
}

/** The actions that apply now, and the menu with the rest. */
export function actionRow(shown: readonly ActionView[], menu: HTMLElement, actions: Actions): TemplateResult {
  return html`
    <div class="actions" role="group" aria-label=${strings.actions}>
      ${shown.map((one) => actionButton(one, actions))}${menu}
    </div>
  `;
}

function actionButton({ action, label, icon: name, primary, jobId }: ActionView, actions: Actions): TemplateResult {
  const busy = actions.busy(action);
  // The second click of a double click may be on the button that took this one's place.
  const press = ({ detail }: MouseEvent) => {
    if (!busy && detail < 2) actions.run(action, jobId);
  };
  return html`
    <button class=${primary ? '' : 'secondary'} data-action=${action} aria-busy=${busy} @click=${press}>
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
