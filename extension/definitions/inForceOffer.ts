/** Asks, once for each folder, whether the queues and schedules of its file are to be in force. */
import * as vscode from 'vscode';
import { escapeLinks, problemText, type Translate } from '../base/text.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { DefinitionFile, DefinitionFiles } from './definitionFiles.ts';

export interface InForceDeps {
  readonly files: DefinitionFiles;
  readonly access: DaemonAccess;
  readonly t: Translate;
  /** Folders nobody wants to be asked for again, as paths. */
  readonly declined: { read(): readonly string[]; write(folders: readonly string[]): void };
  log(line: string): void;
}

export class InForceOffer implements vscode.Disposable {
  readonly #deps: InForceDeps;
  readonly #subscriptions: { dispose(): unknown }[];
  /** Folders that were asked for in this window, so that no question comes twice. */
  readonly #asked = new Set<string>();
  #looking: Promise<void> = Promise.resolve();

  constructor(deps: InForceDeps) {
    this.#deps = deps;
    const look = () => this.#look();
    this.#subscriptions = [
      deps.files.onDidChange(look),
      deps.access.onDidChangeState(look),
      vscode.workspace.onDidGrantWorkspaceTrust(look),
    ];
    look();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** One look after the other: a question is asked about what was so when the one before was answered or left. */
  #look(): void {
    if (this.#open().length === 0) return;
    this.#looking = this.#looking.then(() => this.#ask());
  }

  /** Files to ask about, if they are not in force. */
  #open(): DefinitionFile[] {
    if (!vscode.workspace.isTrusted || !isLive(this.#deps.access.state)) return [];
    const declined = this.#deps.declined.read();
    return this.#deps.files.files.filter(({ folder, reading: { queues, schedules } }) => {
      const path = folder?.uri.fsPath;
      return path !== undefined && queues + schedules > 0 && !this.#asked.has(path) && !declined.includes(path);
    });
  }

  async #ask(): Promise<void> {
    const open = this.#open();
    if (open.length === 0) return;
    try {
      const { files } = await (await this.#deps.access.client()).definitions();
      const known = new Set(files.map(({ workspace }) => workspace));
      for (const file of open) {
        const folder = file.folder?.uri.fsPath;
        if (folder === undefined || known.has(folder)) continue;
        this.#asked.add(folder);
        void this.#question(folder, file);
      }
    } catch (error) {
      // The daemon went away; when it is back it is looked at again.
      this.#deps.log(`Definitions in force could not be read: ${toJobdeckError(error).message}`);
    }
  }

  async #question(folder: string, { reading, folder: named }: DefinitionFile): Promise<void> {
    const { t, declined } = this.#deps;
    const [yes, never] = [t('Activate'), t('Don’t Ask Again for This Folder')];
    const text = t('jobs.json in “{0}” defines {1}. Activate them?', named?.name ?? folder, counted(reading, t));
    const answer = await vscode.window.showInformationMessage(escapeLinks(text), yes, never);
    if (answer === never) declined.write([...declined.read(), folder]);
    if (answer === yes) await this.#putInForce(folder);
  }

  async #putInForce(folder: string): Promise<void> {
    try {
      await (await this.#deps.access.client()).addDefinitions(folder);
    } catch (thrown) {
      void vscode.window.showErrorMessage(escapeLinks(problemText(toJobdeckError(thrown), this.#deps.t)));
    }
  }
}

/** `2 schedules and 1 queue`. */
export function counted({ queues, schedules }: { queues: number; schedules: number }, t: Translate): string {
  const ofSchedules = schedules === 1 ? t('1 schedule') : t('{0} schedules', schedules);
  const ofQueues = queues === 1 ? t('1 queue') : t('{0} queues', queues);
  if (queues === 0) return ofSchedules;
  return schedules === 0 ? ofQueues : t('{0} and {1}', ofSchedules, ofQueues);
}
