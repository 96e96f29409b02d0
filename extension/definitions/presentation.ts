/** How each job looks and what is said of it, by the definitions of this window's files and of those in force. */

import type { Job, JobDetail } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { oneLine } from '../base/text.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { Drawing } from '../detail/tab.ts';
import type { NotificationLevel } from '../notifications/news.ts';
import { type RowIcon, statusIcons } from '../row/icons.ts';
import type { DefinitionFiles } from './definitionFiles.ts';
import type { Icons } from './icons.ts';
import {
  type Defined,
  definitionOf,
  filled,
  linksOf,
  needsInput,
  ownIcon,
  type ShownLink,
  type Values,
} from './looks.ts';

export interface PresentationDeps {
  readonly files: Pick<DefinitionFiles, 'defined' | 'onDidChange' | 'refresh'>;
  readonly access: DaemonAccess;
  /** What `${env:…}` is. */
  env(): Readonly<Record<string, string | undefined>>;
  /** Null: not known. */
  icons(): Promise<Icons | null>;
  log(line: string): void;
}

export class Presentation implements Disposable {
  readonly #deps: PresentationDeps;
  readonly #emitter = new Emitter<void>();
  readonly #subscriptions: Disposable[];
  /** Of files in force that are not this window's. */
  #inForce: readonly Defined[] = [];
  #byType: ReadonlyMap<string, readonly Defined[]> = new Map();
  #icons: Icons | null = null;
  #live = false;

  /** Fires when something may look different. */
  readonly onDidChange: Event<void> = this.#emitter.event;

  constructor(deps: PresentationDeps) {
    this.#deps = deps;
    this.#subscriptions = [
      deps.files.onDidChange(() => void this.#collect()),
      deps.access.onDidChangeState(() => this.#stateChanged()),
    ];
    this.#stateChanged();
  }

  /** The definition a job is of, or null. */
  definitionOf(job: Pick<Job, 'type' | 'workspace'>): Defined | null {
    return definitionOf(this.#byType.get(job.type) ?? [], job);
  }

  /** Its picture in lists. */
  iconOf(job: Job): RowIcon {
    const standard = statusIcons[shownStatus(job)];
    const defined = this.definitionOf(job);
    if (defined === null) return standard;
    const { icon, color } = defined.definition;
    const known = icon !== undefined && (this.#icons === null || this.#icons.names.has(icon));
    return ownIcon(job, { ...defined.definition, icon: known ? icon : undefined, color }, standard);
  }

  /** The icon of its type, drawn; null for that of its status. */
  drawingOf(job: Job): Drawing | null {
    const { icon } = this.iconOf(job);
    return icon === statusIcons[shownStatus(job)].icon ? null : (this.#icons?.drawing(icon) ?? null);
  }

  /** Which of its endings are told of; null: its definition does not say. */
  levelOf(job: Job): NotificationLevel | null {
    return this.definitionOf(job)?.definition.notifications ?? null;
  }

  /** What its definition wants to be said of its end; null: what is said of every job. */
  async messageOf(job: Job): Promise<string | null> {
    const defined = this.definitionOf(job);
    const { completed, failed } = defined?.definition.messages ?? {};
    const text = job.status === 'completed' ? completed : job.status === 'failed' ? failed : undefined;
    if (defined === null || text === undefined) return null;
    const said = filled(text, this.#values(defined, needsInput(text) ? await this.#inputOf(job) : null));
    return said === null ? null : oneLine(said, 300);
  }

  /** Pages that belong to it. */
  linksOf(job: JobDetail): ShownLink[] {
    const defined = this.definitionOf(job);
    return defined === null ? [] : linksOf(defined.definition, this.#values(defined, job.input));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#emitter.dispose();
  }

  #values({ workspace }: Defined, input: unknown): Values {
    return { workspace, env: this.#deps.env(), input };
  }

  async #inputOf({ id }: Job): Promise<unknown> {
    try {
      return (await (await this.#deps.access.client()).get(id)).input;
    } catch (error) {
      // It was removed, or the daemon is away: then the usual words do.
      this.#deps.log(`The input of ${id} could not be read: ${toJobdeckError(error).message}`);
      return null;
    }
  }

  #stateChanged(): void {
    const live = isLive(this.#deps.access.state);
    const came = live && !this.#live;
    this.#live = live;
    if (came) void this.#ask();
  }

  /** Files in force change without anybody telling; when the connection is made they are asked for. */
  async #ask(): Promise<void> {
    try {
      const { jobs } = await (await this.#deps.access.client()).definitions();
      this.#inForce = jobs;
    } catch (error) {
      this.#deps.log(`Definitions in force could not be read: ${toJobdeckError(error).message}`);
    }
    // The home may have been made only now, where nothing could be watched before.
    await this.#deps.files.refresh();
  }

  async #collect(): Promise<void> {
    const own = this.#deps.files.defined();
    const files = new Set(own.map(({ file }) => file));
    const all = [...own, ...this.#inForce.filter(({ file }) => !files.has(file))];
    const byType = new Map<string, Defined[]>();
    for (const one of all) byType.set(one.name, [...(byType.get(one.name) ?? []), one]);
    this.#byType = byType;
    if (this.#icons === null && all.some(({ definition }) => definition.icon !== undefined)) {
      this.#icons = await this.#deps.icons();
    }
    this.#emitter.fire();
  }
}
