/** What the suites in the extension host share: the extension, waiting, stand-ins for people, and jobs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../extension/base/ids.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { daemonHome, homeFiles } from '../../shared/client/home.ts';
import type { Job } from '../../shared/job.ts';
import type { DaemonInfo } from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import { fillHistory } from '../support/history.ts';

/** The extension, connected. */
export async function jobdeck(): Promise<JobdeckApi> {
  const extension = vscode.extensions.getExtension<JobdeckApi>('jobdeck.jobdeck');
  if (extension === undefined) throw new Error('The extension is not loaded.');
  const api = await extension.activate();
  await api.connection.client();
  await until(() => api.connection.state.status === 'connected');
  return api;
}

/** Waits until something is so; the test's time limit ends it otherwise. For what there is no event of. */
export async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits for a job of the model for which something holds. */
export function jobThat(api: JobdeckApi, holds: (job: Job) => boolean): Promise<Job> {
  return until(() => api.model.all().find(holds));
}

/** Waits until a job has ended. */
export function ended(api: JobdeckApi, id: string): Promise<Job> {
  return jobThat(api, (job) => job.id === id && isTerminal(job.status));
}

/** Starts a shell line as a job and waits until the window knows it. */
export async function submit(api: JobdeckApi, shell: string, title?: string): Promise<Job> {
  const { id } = await (await api.connection.client()).submit({ command: { shell }, title });
  return jobThat(api, (job) => job.id === id);
}

/** Starts a shell line as a job and waits until it has ended. */
export async function submitAndWait(api: JobdeckApi, shell: string, title?: string): Promise<Job> {
  return ended(api, (await submit(api, shell, title)).id);
}

/** A history of so many jobs of a type; resolves when the window knows of the last. */
export async function remember(api: JobdeckApi, count: number, type: string): Promise<void> {
  await ended(api, await fillHistory(await api.connection.client(), count, type));
}

/** Runs one of our commands, as the editor does. */
export function run(name: keyof typeof commandIds, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(commandIds[name], ...args);
}

/** Cancels and removes every job. */
export async function clear(api: JobdeckApi): Promise<void> {
  const client = await api.connection.client();
  for (const job of api.model.all()) {
    if (!isTerminal(job.status)) await client.cancel(job.id).catch(unlessEnded);
  }
  await until(() => api.model.all().every((job) => isTerminal(job.status)));
  await client.clear();
  await until(() => api.model.all().length === 0);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/** A job may end while it is about to be cancelled. (The test's bundle has an error class of its own.) */
function unlessEnded(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'JOB_ALREADY_ENDED')) throw error;
}

/** What `daemon.json` says now. */
export function daemonInfo(): DaemonInfo {
  return JSON.parse(readFileSync(join(daemonHome(), homeFiles.info), 'utf8')) as DaemonInfo;
}

/** Puts functions in the place of others until `restore`. */
export class Stubs {
  readonly #undo: (() => void)[] = [];

  put<T extends object, K extends keyof T>(target: T, name: K, stub: T[K]): void {
    // The property itself is replaced: some of the editor's are only there to be read.
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { value: stub, configurable: true, enumerable: true, writable: true });
    this.#undo.push(() => {
      if (before !== undefined) Object.defineProperty(target, name, before);
    });
  }

  restore(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}

type Item = vscode.QuickPickItem;
type Button = string | vscode.MessageItem;

function isButton(item: unknown): item is Button {
  return typeof item === 'string' || (typeof item === 'object' && item !== null && 'title' in item);
}

/** Somebody who answers what the editor asks, and remembers what was asked. */
export class Person {
  readonly stubs = new Stubs();
  /** Labels offered by the last list. */
  offered: string[] = [];
  /** Messages shown, with their buttons. */
  readonly told: { message: string; buttons: string[] }[] = [];

  /** Chooses from lists by part of the label; without one leaves them by Escape. */
  picks(...labels: string[]): void {
    const choose = async (items: readonly Item[] | Thenable<readonly Item[]>, options?: vscode.QuickPickOptions) => {
      const all = await items;
      this.offered = all.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator).map(({ label }) => label);
      const chosen = all.filter(({ label }) => labels.some((part) => label.includes(part)));
      return options?.canPickMany ? chosen : chosen[0];
    };
    this.stubs.put(vscode.window, 'showQuickPick', choose as unknown as typeof vscode.window.showQuickPick);
  }

  /** Types into input boxes; what is not valid is not accepted. */
  types(text: string): void {
    this.stubs.put(vscode.window, 'showInputBox', (async (options?: vscode.InputBoxOptions) => {
      const complaint = await options?.validateInput?.(text);
      return complaint ? undefined : text;
    }) as typeof vscode.window.showInputBox);
  }

  /** Presses a button of every message that has it; otherwise lets messages pass. */
  presses(button?: string): void {
    const show = (message: string, ...rest: unknown[]) => {
      const items = rest.flatMap((item) => (isButton(item) ? [item] : []));
      const label = (item: Button) => (typeof item === 'string' ? item : item.title);
      this.told.push({ message, buttons: items.map(label) });
      return Promise.resolve(items.find((item) => label(item) === button));
    };
    for (const name of ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const) {
      this.stubs.put(vscode.window, name, show as never);
    }
  }

  /** Chooses or types in the list of “Run…”. */
  runs(act: (pick: FakeQuickPick) => void): void {
    this.stubs.put(vscode.window, 'createQuickPick', (() => {
      const pick = new FakeQuickPick(act);
      return pick;
    }) as unknown as typeof vscode.window.createQuickPick);
  }

  leaves(): void {
    this.stubs.restore();
  }
}

/** As much of a QuickPick as “Run…” uses. */
export class FakeQuickPick {
  items: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  placeholder = '';
  value = '';
  matchOnDescription = false;
  readonly #act: (pick: FakeQuickPick) => void;
  readonly #value = new vscode.EventEmitter<string>();
  readonly #active = new vscode.EventEmitter<readonly Item[]>();
  readonly #accept = new vscode.EventEmitter<void>();
  readonly #hide = new vscode.EventEmitter<void>();
  readonly onDidChangeValue = this.#value.event;
  readonly onDidChangeActive = this.#active.event;
  readonly onDidAccept = this.#accept.event;
  readonly onDidHide = this.#hide.event;

  constructor(act: (pick: FakeQuickPick) => void) {
    this.#act = act;
  }

  show(): void {
    this.#act(this);
  }

  hide(): void {
    this.#hide.fire();
  }

  dispose(): void {}

  /** Types without waiting for the list to follow. */
  type(text: string): void {
    this.value = text;
    this.#value.fire(text);
  }

  /** Types and sees the list follow. */
  typeAndSee(text: string): void {
    this.type(text);
    this.#active.fire(this.items.slice(0, 1));
    this.selectedItems = this.items.slice(0, 1);
  }

  choose(label: string): void {
    this.selectedItems = this.items.filter((item) => item.label.includes(label));
  }

  enter(): void {
    this.#accept.fire();
  }
}
