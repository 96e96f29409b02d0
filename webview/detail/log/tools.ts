/** The buttons above the log. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../parts.ts';
import { strings } from '../../strings.ts';

export interface LogTool {
  /** Name of a codicon. */
  icon: string;
  label: string;
  /** Null for a button that isn't a toggle. */
  pressed: boolean | null;
  run(): void;
}

/** `follow`: null once the log is complete. */
export function logTools(tools: readonly LogTool[], follow: LogTool | null): TemplateResult {
  return html`
    <div class="tools" role="group" aria-label=${strings.log}>
      ${follow === null ? nothing : followToggle(follow)}${tools.map(toolButton)}
    </div>
  `;
}

function followToggle({ icon: name, label, pressed, run }: LogTool): TemplateResult {
  return html`
    <button class="toggle" aria-pressed=${pressed === true} title=${strings.followHint} @click=${run}>
      ${icon(name)}<span>${label}</span>
    </button>
  `;
}

function toolButton({ icon: name, label, pressed, run }: LogTool): TemplateResult {
  return html`
    <button
      class=${pressed === null ? 'icon-button' : 'icon-button toggle'}
      aria-pressed=${pressed ?? nothing}
      aria-label=${label}
      title=${label}
      @click=${run}
    >
      ${name.split(' ').map((one) => icon(one))}
    </button>
  `;
}
