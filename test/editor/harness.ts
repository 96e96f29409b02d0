/** Shared helpers of the tests in the extension host: the extension, waiting, fake users, and jobs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { commandIds } from '../../extension/base/ids.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { daemonHome, homeFiles } from '../../shared/client/home.ts';
import type { DaemonInfo } from '../../shared/daemon.ts';
import type { Job } from '../../shared/job.ts';
import { isTerminal } from '../../shared/status.ts';
import { fillHistory } from '../support/history.ts';

/** The connected extension. */
export async function jobdeck(): Promise<JobdeckApi> {
  const extension = vscode.extensions.getExtension<JobdeckApi>('jobdeck.jobdeck');
  if (extension === undefined) throw new Error('The extension is not loaded.');
  const api = await extension.activate();
  await api.connection.client();
  await until(() => api.connection.state.status === 'connected');
  return api;
}

/** Polls until a condition holds, limited by the test's timeout. For states without an event. */
export async function until<T>(probe: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits for a job that matches. */
export function jobThat(api: JobdeckApi, holds: (job: Job) => boolean): Promise<Job> {
  return until(() => api.model.all().find(holds));
}

/** Waits until a job has ended. */
export function ended(api: JobdeckApi, id: string): Promise<Job> {
  return jobThat(api, (job) => job.id === id && isTerminal(job.status));
}

/** Submits a shell command and waits until the window shows the job. */
export async function submit(api: JobdeckApi, shell: string, title?: string): Promise<Job> {
  const { id } = await (await api.connection.client()).submit({ command: { shell }, title });
  return jobThat(api, (job) => job.id === id);
}

/** Submits a shell command and waits until the job has ended. */
export async function submitAndWait(api: JobdeckApi, shell: string, title?: string): Promise<Job> {
  return ended(api, (await submit(api, shell, title)).id);
}

/** Creates a history of `count` jobs of a type and waits until the window shows the last one. */
export async function remember(api: JobdeckApi, count: number, type: string): Promise<void> {
  await ended(api, await fillHistory(await api.connection.client(), count, type));
}

/** Runs one of the extension's commands, as the editor does. */
export function run(name: keyof typeof commandIds, ...args: unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(commandIds[name], ...args);
}

/** Cancels and removes every job. */
export async function clear(api: JobdeckApi): Promise<void> {
  const client = await api.connection.client();
  for (const job of api.model.all()) {
    if (!isTerminal(job.status)) await client.cancel(job.id).catch(ignoreEnded);
  }
  await until(() => api.model.all().every((job) => isTerminal(job.status)));
  await client.clear();
  await until(() => api.model.all().length === 0);
  await vscode.commands.executeCommand('workbench.action.closeAllEditors');
}

/**
 * Ignores that a job ended before it could be cancelled. (The test's bundle has a separate copy of the error class.)
 */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'JOB_ALREADY_ENDED')) throw error;
}

/** The current content of `daemon.json`. */
export function daemonInfo(): DaemonInfo {
  return JSON.parse(readFileSync(join(daemonHome(), homeFiles.info), 'utf8')) as DaemonInfo;
}

/** Replaces properties until `restore`. */
export class Stubs {
  readonly #undo: (() => void)[] = [];

  put<T extends object, K extends keyof T>(target: T, name: K, stub: T[K]): void {
    // Defines the property, because some properties of the editor's API are read-only.
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

function isOptions(item: unknown): item is vscode.MessageOptions {
  return typeof item === 'object' && item !== null && 'modal' in item;
}

function isButton(item: unknown): item is Button {
  return typeof item === 'string' || (typeof item === 'object' && item !== null && 'title' in item);
}

/** `select` takes an item of a list, `enter` the first one or the text as it is. What is typed must be accepted. */
export type DialogAnswer =
  | { readonly select: string }
  | { readonly type: string }
  | { readonly enter: true }
  | { readonly back: true }
  | { readonly refused: string; readonly because: RegExp };

/** Answers the inputs of a dialog with several steps, one after the other, and dismisses further ones. */
export class FakeDialog {
  readonly #given: DialogAnswer[];
  #problem: unknown;
  /** Called before each answer, with the number of those already given. */
  before: (answered: number) => Promise<void> = async () => {};
  /** The title, prompt or placeholder, and items of each input. */
  readonly seen: { text: string; labels: string[]; items: readonly Item[]; value: string }[] = [];

  constructor(given: readonly DialogAnswer[]) {
    this.#given = [...given];
  }

  /** Answers that were not needed. Throws if an answer did not fit. */
  get left(): number {
    if (this.#problem !== undefined) throw this.#problem;
    return this.#given.length;
  }

  /** The next input. It is dismissed if its answer doesn't fit. */
  next(): FakeInput {
    return new FakeInput((input) => {
      this.#answer(input).catch((error: unknown) => {
        this.#problem = error;
        input.hide();
      });
    });
  }

  async #answer(input: FakeInput): Promise<void> {
    await until(() => !input.busy);
    const { placeholder = '', prompt = '' } = input;
    const labels = input.items.map(({ label }) => label);
    this.seen.push({ text: prompt || placeholder, labels, items: input.items, value: input.value });
    await this.before(this.seen.length - 1);
    const answer = this.#given.shift();
    if (answer === undefined) return input.hide();
    if ('back' in answer) return input.press(vscode.QuickInputButtons.Back);
    if ('select' in answer) {
      const item = input.items.find(({ label }) => label.includes(answer.select));
      assert.ok(item, `“${answer.select}” is not in ${labels.join(', ')}`);
      input.selectedItems = [item];
    } else if ('enter' in answer) {
      input.selectedItems = input.items.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator).slice(0, 1);
    } else {
      input.type('type' in answer ? answer.type : answer.refused);
      if (input.isList) input.selectedItems = input.items.slice(0, 1);
    }
    if ('refused' in answer) {
      await until(() => answer.because.test(input.message));
      input.enter();
      assert.ok(!input.isDone, `${answer.refused} was accepted`);
      await this.#answer(input);
    } else input.enter();
  }
}

/** A quick pick or an input box. */
export class FakeInput {
  items: readonly Item[] = [];
  selectedItems: readonly Item[] = [];
  activeItems: readonly Item[] = [];
  placeholder: string | undefined;
  prompt: string | undefined;
  value = '';
  busy = false;
  enabled = true;
  validationMessage: string | vscode.InputBoxValidationMessage | undefined;
  isDone = false;
  readonly #act: (input: FakeInput) => void;
  readonly #emitters = {
    value: new vscode.EventEmitter<string>(),
    active: new vscode.EventEmitter<readonly Item[]>(),
    accept: new vscode.EventEmitter<void>(),
    hide: new vscode.EventEmitter<void>(),
    button: new vscode.EventEmitter<vscode.QuickInputButton>(),
  };
  readonly onDidChangeValue = this.#emitters.value.event;
  readonly onDidChangeActive = this.#emitters.active.event;
  readonly onDidAccept = this.#emitters.accept.event;
  readonly onDidHide = this.#emitters.hide.event;
  readonly onDidTriggerButton = this.#emitters.button.event;
  #isShown = false;

  constructor(act: (input: FakeInput) => void) {
    this.#act = act;
  }

  get isList(): boolean {
    return this.prompt === undefined;
  }

  get message(): string {
    const { validationMessage = '' } = this;
    return typeof validationMessage === 'string' ? validationMessage : validationMessage.message;
  }

  show(): void {
    if (this.#isShown) return;
    this.#isShown = true;
    this.#act(this);
  }

  hide(): void {
    this.#emitters.hide.fire();
  }

  dispose(): void {
    this.isDone = true;
  }

  type(text: string): void {
    this.value = text;
    this.#emitters.value.fire(text);
    this.#emitters.active.fire(this.items.slice(0, 1));
  }

  press(button: vscode.QuickInputButton): void {
    this.#emitters.button.fire(button);
  }

  enter(): void {
    this.#emitters.accept.fire();
  }
}

/** A fake user who answers prompts and records them. */
export class Person {
  readonly stubs = new Stubs();
  /** Labels offered by the last list. */
  offered: string[] = [];
  /** Messages shown, with their buttons. */
  readonly messages: { message: string; buttons: string[]; detail?: string | undefined }[] = [];

  /** Selects list items by part of their label. Without labels, dismisses lists. */
  picks(...labels: string[]): void {
    const choose = async (items: readonly Item[] | Thenable<readonly Item[]>, options?: vscode.QuickPickOptions) => {
      const all = await items;
      this.offered = all.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator).map(({ label }) => label);
      const chosen = all.filter(({ label }) => labels.some((part) => label.includes(part)));
      return options?.canPickMany ? chosen : chosen[0];
    };
    this.stubs.put(vscode.window, 'showQuickPick', choose as unknown as typeof vscode.window.showQuickPick);
  }

  /** Types into input boxes. Invalid input is not accepted. */
  types(text: string): void {
    this.stubs.put(vscode.window, 'showInputBox', (async (options?: vscode.InputBoxOptions) => {
      const error = await options?.validateInput?.(text);
      return error ? undefined : text;
    }) as typeof vscode.window.showInputBox);
  }

  /** Presses these buttons in every message that has one of them, and ignores other messages. */
  presses(...pressed: string[]): void {
    const show = (message: string, ...rest: unknown[]) => {
      const items = rest.flatMap((item) => (isButton(item) ? [item] : []));
      const label = (item: Button) => (typeof item === 'string' ? item : item.title);
      const [options] = rest;
      const detail = isOptions(options) ? options.detail : undefined;
      this.messages.push({ message, buttons: items.map(label), ...(detail === undefined ? {} : { detail }) });
      return Promise.resolve(items.find((item) => pressed.includes(label(item))));
    };
    for (const name of ['showInformationMessage', 'showWarningMessage', 'showErrorMessage'] as const) {
      this.stubs.put(vscode.window, name, show as never);
    }
  }

  /** Selects or types in the list of “Run…”. */
  runs(act: (pick: FakeQuickPick) => void): void {
    this.stubs.put(vscode.window, 'createQuickPick', (() => {
      const pick = new FakeQuickPick(act);
      return pick;
    }) as unknown as typeof vscode.window.createQuickPick);
  }

  /** Goes through a dialog: selects in its lists by part of a label, and types into its fields. */
  answers(...given: DialogAnswer[]): FakeDialog {
    const dialog = new FakeDialog(given);
    this.stubs.put(vscode.window, 'createQuickPick', (() => dialog.next()) as never);
    this.stubs.put(vscode.window, 'createInputBox', (() => dialog.next()) as never);
    return dialog;
  }

  restore(): void {
    this.stubs.restore();
  }
}

/** The part of QuickPick that “Run…” uses. */
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

  /** Types without waiting for the list to be updated. */
  type(text: string): void {
    this.value = text;
    this.#value.fire(text);
  }

  /** Types and updates the list. */
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
