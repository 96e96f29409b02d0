/** Offers, once per folder, to activate the queues and schedules in its definition file. */
import * as vscode from 'vscode';
import { commandIds } from '../base/ids.ts';
import { escapeLinks, type Translate } from '../base/text.ts';
import { type DaemonAccess, isLive } from '../daemon/access.ts';
import { toJobdeckError } from '../daemon/failure.ts';
import type { DefinitionFile, DefinitionFiles } from './definitionFiles.ts';

export interface ActivationDeps {
  readonly files: DefinitionFiles;
  readonly access: DaemonAccess;
  readonly t: Translate;
  /** Paths of folders that the user doesn't want to be asked about again. */
  readonly declined: { read(): readonly string[]; write(folders: readonly string[]): void };
  log(line: string): void;
}

export class ActivationOffer implements vscode.Disposable {
  readonly #deps: ActivationDeps;
  readonly #subscriptions: { dispose(): unknown }[];
  /** Folders offered in this window, so that no offer is shown twice. */
  readonly #asked = new Set<string>();
  #pending: Promise<void> = Promise.resolve();

  constructor(deps: ActivationDeps) {
    this.#deps = deps;
    const look = () => this.#check();
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

  /** Checks run one after the other, each with the state after the previous one. */
  #check(): void {
    if (this.#undecided().length === 0) return;
    this.#pending = this.#pending.then(() => this.#ask());
  }

  /** Files that may need an offer, if they are not active. */
  #undecided(): DefinitionFile[] {
    if (!vscode.workspace.isTrusted || !isLive(this.#deps.access.state)) return [];
    const declined = this.#deps.declined.read();
    return this.#deps.files.files.filter(({ folder, reading: { queues, schedules } }) => {
      const path = folder?.uri.fsPath;
      return path !== undefined && queues + schedules > 0 && !this.#asked.has(path) && !declined.includes(path);
    });
  }

  async #ask(): Promise<void> {
    const open = this.#undecided();
    if (open.length === 0) return;
    try {
      const { files } = await (await this.#deps.access.client()).definitions();
      const known = new Set(files.map(({ workspace }) => workspace));
      for (const file of open) {
        const folder = file.folder?.uri.fsPath;
        if (folder === undefined || known.has(folder)) continue;
        this.#asked.add(folder);
        void this.#offer(folder, file);
      }
    } catch (error) {
      // The daemon stopped. Check again when it is back.
      this.#deps.log(`Could not read the active definitions: ${toJobdeckError(error).message}`);
    }
  }

  async #offer(folder: string, { uri, reading, folder: named }: DefinitionFile): Promise<void> {
    const { t, declined } = this.#deps;
    const [yes, never] = [t('Activate…'), t('Don’t Ask Again for This Folder')];
    const text = t('jobs.json in “{0}” defines {1}. Activate them?', named?.name ?? folder, counted(reading, t));
    const answer = await vscode.window.showInformationMessage(escapeLinks(text), yes, never);
    if (answer === never) declined.write([...declined.read(), folder]);
    // It shows what would run.
    if (answer === yes) await vscode.commands.executeCommand(commandIds.activateDefinitions, uri.fsPath);
  }
}

/** Such as `2 schedules and 1 queue`. */
export function counted({ queues, schedules }: { queues: number; schedules: number }, t: Translate): string {
  const ofSchedules = schedules === 1 ? t('1 schedule') : t('{0} schedules', schedules);
  const ofQueues = queues === 1 ? t('1 queue') : t('{0} queues', queues);
  if (queues === 0) return ofSchedules;
  return schedules === 0 ? ofQueues : t('{0} and {1}', ofSchedules, ofQueues);
}
