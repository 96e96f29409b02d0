/** Icons, links, notification levels and messages of jobs, from the definitions of this window and other active ones. */

import type { Job, JobDetail } from '../../shared/job.ts';
import { shownStatus } from '../../shared/status.ts';
import { type Disposable, Emitter, type Event } from '../base/event.ts';
import { oneLine } from '../base/text.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { Drawing } from '../detail/tab.ts';
import type { NotificationLevel } from '../notifications/notification.ts';
import { type RowIcon, statusIcon } from '../row/icons.ts';
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
  /** Values of `${env:…}`. */
  env(): Readonly<Record<string, string | undefined>>;
  /** Null if not known. */
  icons(): Promise<Icons | null>;
  log(line: string): void;
}

export class Presentation implements Disposable {
  readonly #deps: PresentationDeps;
  readonly #emitter = new Emitter<void>();
  readonly #subscriptions: Disposable[];
  /** Definitions of active files that don't belong to this window. */
  #activeElsewhere: readonly Defined[] = [];
  #byType: ReadonlyMap<string, readonly Defined[]> = new Map();
  #icons: Icons | null = null;
  #live = false;

  /** Fires when jobs may look different. */
  readonly onDidChange: Event<void> = this.#emitter.event;

  constructor(deps: PresentationDeps) {
    this.#deps = deps;
    this.#subscriptions = [
      deps.files.onDidChange(() => void this.#collect()),
      deps.access.onDidChangeState(() => this.#stateChanged()),
    ];
    this.#stateChanged();
  }

  /** The definition of a job, or null. */
  definitionOf(job: Pick<Job, 'type' | 'workspace' | 'definition'>): Defined | null {
    const names = new Set([job.definition?.name ?? job.type, job.type]);
    return definitionOf(
      [...names].flatMap((name) => this.#byType.get(name) ?? []),
      job,
    );
  }

  /** The icon of a job in lists. */
  iconOf(job: Job): RowIcon {
    const standard = statusIcon(shownStatus(job));
    const defined = this.definitionOf(job);
    if (defined === null) return standard;
    const { icon, color } = defined.definition;
    const known = icon !== undefined && (this.#icons === null || this.#icons.names.has(icon));
    return ownIcon(job, { ...defined.definition, icon: known ? icon : undefined, color }, standard);
  }

  /** Drawing of the icon of its type, or null for the status icon. */
  drawingOf(job: Job): Drawing | null {
    const { icon } = this.iconOf(job);
    return icon === statusIcon(shownStatus(job)).icon ? null : (this.#icons?.drawing(icon) ?? null);
  }

  /** The notification level in its definition, or null. */
  levelOf(job: Job): NotificationLevel | null {
    return this.definitionOf(job)?.definition.notifications ?? null;
  }

  /** The notification text in its definition, or null for the default text. */
  async messageOf(job: Job): Promise<string | null> {
    const defined = this.definitionOf(job);
    const { completed, failed } = defined?.definition.messages ?? {};
    const text = job.status === 'completed' ? completed : job.status === 'failed' ? failed : undefined;
    if (defined === null || text === undefined) return null;
    const message = filled(text, this.#values(defined, needsInput(text) ? await this.#inputOf(job) : null));
    return message === null ? null : oneLine(message, 300);
  }

  /** Links from its definition. */
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
      // The job was removed, or the daemon stopped. The default text is used.
      this.#deps.log(`Could not read the input of ${id}: ${toJobdeckError(error).message}`);
      return null;
    }
  }

  #stateChanged(): void {
    const live = isLive(this.#deps.access.state);
    const came = live && !this.#live;
    this.#live = live;
    if (came) void this.#readActive();
  }

  /** Changes of active definitions fire no event, so they are read when the connection is established. */
  async #readActive(): Promise<void> {
    try {
      const { jobs } = await (await this.#deps.access.client()).definitions();
      this.#activeElsewhere = jobs;
    } catch (error) {
      this.#deps.log(`Could not read the active definitions: ${toJobdeckError(error).message}`);
    }
    // The daemon may have just created its home, which could not be watched before.
    await this.#deps.files.refresh();
  }

  async #collect(): Promise<void> {
    const own = this.#deps.files.defined();
    const files = new Set(own.map(({ file }) => file));
    const all = [...own, ...this.#activeElsewhere.filter(({ file }) => !files.has(file))];
    const byType = new Map<string, Defined[]>();
    for (const one of all) byType.set(one.name, [...(byType.get(one.name) ?? []), one]);
    this.#byType = byType;
    if (this.#icons === null && all.some(({ definition }) => definition.icon !== undefined)) {
      this.#icons = await this.#deps.icons();
    }
    this.#emitter.fire();
  }
}
