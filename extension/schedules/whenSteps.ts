/** The steps of a dialog that ask when a job runs: how often, on which day, at what time. */
import * as vscode from 'vscode';
import {
  type Cadence,
  cronOf,
  minuteSteps,
  readCadence,
  readTime,
  timeText,
  weekdayName,
} from '../../shared/cadence.ts';
import { messageText, type Translate } from '../base/text.ts';
import { type Answer, type Ask, askListStep, askTextStep, type TextStep } from '../commandKit/dialogSteps.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import { type AskDaemon, nextRunsText } from './nextRuns.ts';

type Kind = 'minutes' | 'hours' | 'day' | 'weekday' | 'week' | 'month' | 'cron';

export interface WhenStepsDeps {
  readonly t: Translate;
  readonly send: AskDaemon;
  title(): string;
  /** The time zone of the times; null for that of this machine. */
  timezone(): string | null;
}

/** From Monday, as most calendars. */
const weekdays = [1, 2, 3, 4, 5, 6, 0];

export class WhenSteps {
  readonly #deps: WhenStepsDeps;
  #kind: Kind = 'day';
  #minutes = '15';
  #minute = '0';
  #time = '03:00';
  #weekday = 1;
  #monthDay = '1';
  #cron = '0 3 * * *';

  constructor(deps: WhenStepsDeps) {
    this.#deps = deps;
  }

  /** Begins with an expression. */
  begin(cron: string): void {
    this.#cron = cron;
    const cadence = readCadence(cron);
    this.#kind = 'cron';
    if (cadence === null || cadence.kind === 'seconds' || (cadence.kind === 'hours' && cadence.every !== 1)) return;
    this.#kind = cadence.kind;
    if (cadence.kind === 'minutes') this.#minutes = String(cadence.every);
    else if (cadence.kind === 'hours') this.#minute = String(cadence.minute);
    else if ('hour' in cadence) this.#time = timeText(cadence);
    if (cadence.kind === 'week') this.#weekday = cadence.day;
    if (cadence.kind === 'month') this.#monthDay = String(cadence.day);
  }

  /** The steps, as far as earlier answers say which there are. */
  steps(): Ask[] {
    const day = { week: [this.#askWeekday], month: [this.#askMonthDay] };
    const ofDay = this.#kind === 'week' || this.#kind === 'month' ? day[this.#kind] : [];
    return [this.#askKind, ...ofDay, this.#askTime];
  }

  /** The cron expression of the answers. */
  cron(): string {
    return this.#expression(this.#value());
  }

  #expression(text: string): string {
    const cadence = this.#cadence(text);
    return cadence === null ? this.#cron.trim() : cronOf(cadence);
  }

  /** The text of the step that asks for the time. */
  #value(): string {
    if (this.#kind === 'minutes') return this.#minutes;
    if (this.#kind === 'hours') return this.#minute;
    return this.#kind === 'cron' ? this.#cron : this.#time;
  }

  /** The recurrence for a text. Null for a cron expression, or if the text is not valid. */
  #cadence(text: string): Cadence | null {
    const kind = this.#kind;
    const number = wholeNumber(text);
    if (kind === 'minutes') return number !== null && minuteSteps.includes(number) ? { kind, every: number } : null;
    if (kind === 'hours') return number !== null && number < 60 ? { kind, every: 1, minute: number } : null;
    if (kind === 'cron') return null;
    const time = readTime(text);
    if (time === null) return null;
    if (kind === 'week') return { kind, day: this.#weekday, ...time };
    return kind === 'month' ? { kind, day: Number(this.#monthDay), ...time } : { kind, ...time };
  }

  readonly #askKind: Ask = async (place) => {
    const { t } = this.#deps;
    const items: (vscode.QuickPickItem & { cadence: Kind })[] = [
      { cadence: 'minutes', label: t('Every Few Minutes…'), description: t('such as every 15 minutes') },
      { cadence: 'hours', label: t('Every Hour…') },
      { cadence: 'day', label: t('Every Day…') },
      { cadence: 'weekday', label: t('Every Weekday…'), description: t('Monday to Friday') },
      { cadence: 'week', label: t('Every Week…'), description: t('such as every Monday') },
      { cadence: 'month', label: t('Every Month…'), description: t('such as on day 1') },
      { cadence: 'cron', label: t('Cron Expression…'), description: t('such as 0 8-18 * * 1-5') },
    ];
    const active = items.find(({ cadence }) => cadence === this.#kind);
    const placeholder = t('Select when it runs');
    const answer = await askListStep({ ...place, title: this.#deps.title(), items, active, placeholder });
    if (answer.to === 'next') this.#kind = answer.value.cadence;
    return answer;
  };

  readonly #askWeekday: Ask = async (place) => {
    const { t } = this.#deps;
    const items = weekdays.map((weekday) => ({ weekday, label: weekdayName(weekday, t) }));
    const active = items.find(({ weekday }) => weekday === this.#weekday);
    const placeholder = t('Select the day of the week');
    const answer = await askListStep({ ...place, title: this.#deps.title(), items, active, placeholder });
    if (answer.to === 'next') this.#weekday = answer.value.weekday;
    return answer;
  };

  readonly #askMonthDay: Ask = async (place) => {
    const { t } = this.#deps;
    const answer = await askTextStep({
      ...place,
      title: this.#deps.title(),
      value: this.#monthDay,
      prompt: t('Day of the month'),
      check: (text) => {
        const day = wholeNumber(text) ?? 0;
        if (day < 1 || day > 31) return t('Enter a day from 1 to 31.');
        if (day <= 28) return undefined;
        const message = t('Months without day {0} are skipped.', day);
        return { message, severity: vscode.InputBoxValidationSeverity.Info };
      },
    });
    if (answer.to === 'next') this.#monthDay = answer.value.trim();
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
    const { t, send } = this.#deps;
    const cron = this.#kind === 'cron' ? text.trim() : this.#expression(text);
    try {
      const next = await nextRunsText({ cron, timezone: this.#deps.timezone() }, send, t);
      // The editor shows it instead of the prompt.
      const message = this.#kind === 'cron' ? next : `${this.#timeStep().prompt}. ${next}`;
      return { message, severity: vscode.InputBoxValidationSeverity.Info };
    } catch (thrown) {
      const error = toJobdeckError(thrown);
      // Without a daemon it can't be checked now. The daemon checks it when the schedule is added.
      return error.code === 'INVALID_CRON' ? messageText(error.toBody(), t) : undefined;
    }
  }
}

function wholeNumber(text: string): number | null {
  return /^\d{1,2}$/.test(text.trim()) ? Number(text) : null;
}
