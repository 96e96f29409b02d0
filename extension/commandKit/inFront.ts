/** The job whose page or log is the active editor. */
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { homeFiles } from '../../shared/client/home.ts';
import { Emitter, type Event } from '../base/event.ts';
import { logScheme } from '../base/ids.ts';
import { fromQuery } from '../base/logRef.ts';
import type { Target } from './targets.ts';

export interface InFrontDeps {
  /** The daemon's home. */
  readonly home: string;
  /** The job and attempt of the page that is the active editor. */
  activePage(): Target | null;
  /** The live log that is the active editor. */
  activeLog(): Target | null;
}

export class InFront implements vscode.Disposable {
  readonly #deps: InFrontDeps;
  readonly #changes: vscode.Disposable;
  #since = performance.now();
  #shown: string | undefined;
  readonly #moves = new Emitter<void>();

  /** Fires when the page or log of another job comes to the front, or none is there any longer. */
  readonly onDidChange: Event<void> = this.#moves.event;

  constructor(deps: InFrontDeps) {
    this.#deps = deps;
    this.#shown = this.#key();
    this.#changes = vscode.Disposable.from(
      vscode.window.tabGroups.onDidChangeTabs(() => this.#update()),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.#update()),
    );
  }

  /** When the active editor came to the front, in the time of `performance.now()`. */
  get since(): number {
    return this.#since;
  }

  job(): Target | null {
    const { home, activePage, activeLog } = this.#deps;
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (!(input instanceof vscode.TabInputText)) return activePage() ?? activeLog();
    return input.uri.scheme === logScheme ? fromQuery(input.uri.query) : ofLogFile(home, input.uri);
  }

  dispose(): void {
    this.#changes.dispose();
    this.#moves.dispose();
  }

  /** Other tabs change, too, for example when the title of a page does. */
  #update(): void {
    const key = this.#key();
    if (key === this.#shown) return;
    this.#shown = key;
    this.#since = performance.now();
    this.#moves.fire();
  }

  #key(): string | undefined {
    const job = this.job();
    return job === null ? undefined : `${job.jobId}#${job.attempt}`;
  }
}

/** The attempt whose log file, as the daemon writes it, this is. */
function ofLogFile(home: string, { scheme, fsPath }: vscode.Uri): Target | null {
  const folder = dirname(fsPath);
  if (scheme !== 'file' || dirname(folder) !== join(home, homeFiles.logs)) return null;
  return fromQuery(new URLSearchParams({ job: basename(folder), attempt: basename(fsPath, '.log') }).toString());
}
