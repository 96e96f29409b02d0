/** The steps of a dialog that ask when a job runs, and the last one, with the options and what was answered. */
import type * as vscode from 'vscode';
import type { Queue } from '../../shared/job.ts';
import type { Overlap } from '../../shared/schedule.ts';
import { escapeIcons, oneLine, type Translate } from '../base/text.ts';
import { type Answer, type Ask, askListStep } from '../commandKit/dialogSteps.ts';
import { heading } from '../commandKit/quickInput.ts';
import { type AskDaemon, nextRunsText } from './nextRuns.ts';
import { cadenceOf } from './row.ts';
import { localZone, type ZoneItem, zoneItems } from './timezones.ts';
import { WhenSteps } from './whenSteps.ts';

/** What a schedule is now, or what it begins with. */
export interface ScheduleSettings {
  readonly cron: string;
  /** Null for that of this machine. */
  readonly timezone: string | null;
  readonly overlap: Overlap;
  readonly queue: string;
}

/** The answers. */
export interface ScheduleAnswers extends Omit<ScheduleSettings, 'timezone'> {
  /** Undefined if it stays as it is. */
  readonly timezone: string | null | undefined;
}

/** An option of the last step: its name, its value, and what asks for another. */
export interface Option {
  readonly label: string;
  readonly description: string;
  readonly ask: Ask;
}

export interface ScheduleStepsDeps {
  readonly t: Translate;
  readonly send: AskDaemon;
  title(): string;
  /** The label that completes the dialog. */
  readonly finish: string;
  /** The queues to choose from. */
  readonly queues: readonly Queue[];
  /** The current settings; null for a new schedule. */
  readonly before: ScheduleSettings | null;
  /** Options of this dialog only. */
  options?(): readonly Option[];
}

type OptionItem = vscode.QuickPickItem & { readonly ask?: Ask };

export class ScheduleSteps {
  readonly #deps: ScheduleStepsDeps;
  readonly #when: WhenSteps;
  #overlap: Overlap = 'skip';
  #queue = 'default';
  #timezone: string | null = null;
  #zoneChanged = false;

  constructor(deps: ScheduleStepsDeps) {
    this.#deps = deps;
    const { t, send } = deps;
    this.#when = new WhenSteps({ t, send, title: () => deps.title(), timezone: () => this.#timezone });
    if (deps.before !== null) this.begin(deps.before);
  }

  /** Begins with the settings of a schedule. */
  begin({ cron, overlap, queue, timezone }: ScheduleSettings): void {
    this.#overlap = overlap;
    this.#queue = queue;
    this.#timezone = timezone;
    this.#zoneChanged = false;
    this.#when.begin(cron);
  }

  /** The steps, as far as earlier answers say which there are. */
  steps(): Ask[] {
    return [...this.#when.steps(), this.#askOptions];
  }

  answers(): ScheduleAnswers {
    const timezone = this.#zoneChanged ? this.#timezone : undefined;
    return { cron: this.#when.cron(), timezone, overlap: this.#overlap, queue: this.#queue };
  }

  /** Enter completes the dialog. An option asks for another value, and comes back. */
  readonly #askOptions: Ask = async (place) => {
    const { t, title } = this.#deps;
    const placeholder = t('Press Enter to save, or select an option to change it');
    for (;;) {
      const items = this.#optionItems();
      const answer: Answer<OptionItem> = await askListStep({ ...place, title: title(), items, placeholder });
      if (answer.to !== 'next' || answer.value.ask === undefined) return answer;
      if ((await answer.value.ask(place)).to === 'away') return { to: 'away' };
    }
  };

  async #optionItems(): Promise<OptionItem[]> {
    const { t, finish, send, queues, options } = this.#deps;
    const cron = this.#when.cron();
    const timezone = this.#timezone;
    // Without a daemon they are not known.
    const next = await nextRunsText({ cron, timezone }, send, t).catch(() => '');
    const offered: Option[] = [
      ...(options?.() ?? []),
      {
        ...{ label: t('If the Previous Run Is Still Active'), ask: this.#askOverlap },
        description: this.#overlaps().find(({ overlap }) => overlap === this.#overlap)?.label ?? '',
      },
      ...(queues.length > 1 ? [{ label: t('Queue'), description: oneLine(this.#queue), ask: this.#askQueue }] : []),
      {
        ...{ label: t('Time Zone'), ask: this.#askZone },
        description: timezone ?? t('{0} (this machine)', localZone()),
      },
    ];
    return [
      {
        label: `$(check) ${finish}`,
        description: cadenceOf({ cron, timezone: timezone ?? localZone() }, t),
        ...(next === '' ? {} : { detail: next }),
      },
      heading(t('Options')),
      ...offered.map((option) => ({ ...option, description: escapeIcons(option.description) })),
    ];
  }

  #overlaps(): (vscode.QuickPickItem & { overlap: Overlap })[] {
    const { t } = this.#deps;
    return [
      { overlap: 'skip', label: t('Skip the New Run') },
      { overlap: 'queue', label: t('Run It Afterwards') },
      { overlap: 'allow', label: t('Run Both at the Same Time') },
    ];
  }

  readonly #askOverlap: Ask = async (place) => {
    const items = this.#overlaps();
    const active = items.find(({ overlap }) => overlap === this.#overlap);
    const placeholder = this.#deps.t('Select what happens if the previous run is still active');
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

  readonly #askZone: Ask = async (place) => {
    const { t } = this.#deps;
    const items = zoneItems(t);
    const active = items.find(({ zone }) => zone === this.#timezone);
    const placeholder = t('Select the time zone of the schedule');
    const answer: Answer<ZoneItem> = await askListStep({
      ...{ ...place, title: this.#deps.title(), items, active, placeholder },
    });
    if (answer.to !== 'next') return answer;
    this.#zoneChanged ||= answer.value.zone !== this.#timezone;
    this.#timezone = answer.value.zone;
    return answer;
  };
}
