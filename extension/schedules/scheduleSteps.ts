/** The steps of a dialog that ask when a job runs, and with which options. */
import * as vscode from 'vscode';
import { type Cadence, cronOf, minuteSteps, readCadence, readTime, timeText } from '../../shared/cadence.ts';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Queue } from '../../shared/job.ts';
import type { Overlap } from '../../shared/schedule.ts';
import { escapeIcons, messageText, oneLine, type Translate } from '../base/text.ts';
import { type Answer, type Ask, askListStep, askTextStep, type TextStep } from '../commandKit/dialogSteps.ts';
import { toJobdeckError } from '../daemon/failure.ts';

type Kind = 'minutes' | 'hours' | 'day' | 'weekday' | 'cron';

/** What a schedule is now, or what it begins with. */
export interface ScheduleSettings {
  readonly cron: string;
  /** Null for that of this machine. */
  readonly timezone: string | null;
  readonly overlap: Overlap;
  readonly queue: string;
}

export interface ScheduleStepsDeps {
  readonly t: Translate;
  title(): string;
  send<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T>;
  /** The queues to choose from. */
  readonly queues: readonly Queue[];
  /** The current settings; null for a new schedule. */
  readonly before: ScheduleSettings | null;
}

/** Number of next runs that are shown while typing. */
const shownRuns = 3;

export class ScheduleSteps {
  readonly #deps: ScheduleStepsDeps;
  readonly #times: Intl.DateTimeFormat;
  #kind: Kind = 'day';
  #minutes = '15';
  #minute = '0';
  #time = '03:00';
  #cron = '0 3 * * *';
  #overlap: Overlap = 'skip';
  #queue = 'default';

  constructor(deps: ScheduleStepsDeps) {
    this.#deps = deps;
    this.#times = new Intl.DateTimeFormat(vscode.env.language, {
      ...{ weekday: 'short', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' },
    });
    if (deps.before !== null) this.begin(deps.before);
  }

  /** Begins with the settings of a schedule. */
  begin({ cron, overlap, queue }: ScheduleSettings): void {
    this.#overlap = overlap;
    this.#queue = queue;
    this.#cron = cron;
    const cadence = readCadence(cron);
    if (cadence?.kind === 'minutes') this.#set('minutes', { minutes: String(cadence.every) });
    else if (cadence?.kind === 'hours' && cadence.every === 1) this.#set('hours', { minute: String(cadence.minute) });
    else if (cadence?.kind === 'day' || cadence?.kind === 'weekday') {
      this.#set(cadence.kind, { time: timeText(cadence) });
    } else this.#set('cron', {});
  }

  /** The steps, as far as earlier answers say which there are. */
  steps(): Ask[] {
    const { queues } = this.#deps;
    const asksQueue = queues.length > 1;
    return [this.#askKind, this.#askTime, this.#askOverlap, ...(asksQueue ? [this.#askQueue] : [])];
  }

  /** The answers. */
  settings(): ScheduleSettings {
    const { before } = this.#deps;
    const timezone = before?.timezone ?? null;
    return { cron: this.#expression(), timezone, overlap: this.#overlap, queue: this.#queue };
  }

  #set(kind: Kind, { minutes, minute, time }: { minutes?: string; minute?: string; time?: string }): void {
    this.#kind = kind;
    this.#minutes = minutes ?? this.#minutes;
    this.#minute = minute ?? this.#minute;
    this.#time = time ?? this.#time;
  }

  #expression(): string {
    const cadence = this.#cadence(this.#value());
    return cadence === null ? this.#cron.trim() : cronOf(cadence);
  }

  /** The text of the step that asks for the time. */
  #value(): string {
    return { minutes: this.#minutes, hours: this.#minute, day: this.#time, weekday: this.#time, cron: this.#cron }[
      this.#kind
    ];
  }

  /** The recurrence for a text. Null for a cron expression, or if the text is not valid. */
  #cadence(text: string): Cadence | null {
    const kind = this.#kind;
    const number = /^\d{1,2}$/.test(text.trim()) ? Number(text) : null;
    if (kind === 'minutes') return number !== null && minuteSteps.includes(number) ? { kind, every: number } : null;
    if (kind === 'hours') return number !== null && number < 60 ? { kind, every: 1, minute: number } : null;
    if (kind === 'cron') return null;
    const time = readTime(text);
    return time === null ? null : { kind, ...time };
  }

  readonly #askKind: Ask = async (place) => {
    const { t } = this.#deps;
    const items: (vscode.QuickPickItem & { cadence: Kind })[] = [
      { cadence: 'minutes', label: t('Every Few Minutes…'), description: t('such as every 15 minutes') },
      { cadence: 'hours', label: t('Every Hour…') },
      { cadence: 'day', label: t('Every Day…') },
      { cadence: 'weekday', label: t('Every Weekday…'), description: t('Monday to Friday') },
      { cadence: 'cron', label: t('Cron Expression…'), description: t('such as 0 3 * * 1 for Mondays at 3:00') },
    ];
    const active = items.find(({ cadence }) => cadence === this.#kind);
    const placeholder = t('Select when it runs');
    const answer = await askListStep({ ...place, title: this.#deps.title(), items, active, placeholder });
    if (answer.to === 'next') this.#kind = answer.value.cadence;
    return answer;
  };

  readonly #askTime: Ask = async (place) => {
    const answer = await askTextStep({
      ...place,
      title: this.#deps.title(),
      value: this.#value(),
      ...this.#timeStep(),
      preview: (text) => this.#preview(text),
    });
    if (answer.to !== 'away') this.#keep(answer);
    return answer;
  };

  #keep(answer: Exclude<Answer<string>, { to: 'away' }>): void {
    const value = answer.value ?? '';
    if (this.#kind === 'minutes') this.#minutes = value;
    else if (this.#kind === 'hours') this.#minute = value;
    else if (this.#kind === 'cron') this.#cron = value;
    else this.#time = value;
  }

  #timeStep(): Pick<TextStep, 'prompt' | 'check'> {
    const { t } = this.#deps;
    const invalid = (text: string) => this.#cadence(text) === null;
    switch (this.#kind) {
      case 'minutes':
        return {
          prompt: t('Number of minutes between two runs'),
          check: (text) => (invalid(text) ? t('Enter one of these: {0}.', minuteSteps.join(', ')) : undefined),
        };
      case 'hours':
        return {
          prompt: t('Minute of the hour'),
          check: (text) => (invalid(text) ? t('Enter a minute from 0 to 59.') : undefined),
        };
      case 'cron':
        return {
          prompt: t('Minute, hour, day, month and weekday; optionally seconds first; or @daily'),
          check: (text) => (text.trim() === '' ? t('Enter a cron expression.') : undefined),
        };
      default:
        return {
          prompt: t('Time of day'),
          check: (text) => (invalid(text) ? t('Enter a time such as 3:00 or 15:30.') : undefined),
        };
    }
  }

  /** The next runs, or why the expression is not valid. */
  async #preview(text: string): Promise<string | vscode.InputBoxValidationMessage | undefined> {
    const { t, send, before } = this.#deps;
    const cadence = this.#cadence(text);
    const cron = cadence === null ? text.trim() : cronOf(cadence);
    const timezone = before?.timezone ?? undefined;
    try {
      const { nextRuns } = await send((client) => client.cron({ cron, timezone, count: shownRuns }));
      const times = nextRuns.map((iso) => this.#times.format(new Date(iso)));
      const next = t('Next runs: {0}', times.join(' · '));
      // The editor shows it instead of the prompt.
      const message = this.#kind === 'cron' ? next : `${this.#timeStep().prompt}. ${next}`;
      return { message, severity: vscode.InputBoxValidationSeverity.Info };
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      // Without a daemon it can't be checked now. The daemon checks it when the schedule is added.
      return error.code === 'INVALID_CRON' ? messageText(error.toBody(), t) : undefined;
    }
  }

  readonly #askOverlap: Ask = async (place) => {
    const { t } = this.#deps;
    const items: (vscode.QuickPickItem & { overlap: Overlap })[] = [
      { overlap: 'skip', label: t('Skip the New Run') },
      { overlap: 'queue', label: t('Run It Afterwards') },
      { overlap: 'allow', label: t('Run Both at the Same Time') },
    ];
    const active = items.find(({ overlap }) => overlap === this.#overlap);
    const placeholder = t('Select what happens if the previous run is still active');
    const answer = await askListStep({ ...place, title: this.#deps.title(), items, active, placeholder });
    if (answer.to === 'next') this.#overlap = answer.value.overlap;
    return answer;
  };

  readonly #askQueue: Ask = async (place) => {
    const { t, queues } = this.#deps;
    const items = queues.map(({ name, concurrency }) => ({
      label: `$(layers) ${escapeIcons(oneLine(name))}`,
      description: concurrency === null ? t('no limit') : t('concurrency {0}', concurrency),
      name,
    }));
    const active = items.find(({ name }) => name === this.#queue);
    const placeholder = t('Select a queue');
    const answer = await askListStep({ ...place, title: this.#deps.title(), items, active, placeholder });
    if (answer.to === 'next') this.#queue = answer.value.name;
    return answer;
  };
}
