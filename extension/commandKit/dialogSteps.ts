/** Steps of a dialog: input boxes and quick picks with a Back button that keep the answers. */
import * as vscode from 'vscode';

/** Result of a step: continue, go back, or dismiss the dialog. */
export type Answer<T> =
  | { readonly to: 'next'; readonly value: T }
  | { readonly to: 'back'; readonly value: T | undefined }
  | { readonly to: 'away' };

export interface StepPlace {
  readonly title: string;
  readonly step: number;
  readonly steps: number;
}

export interface TextStep extends StepPlace {
  readonly value: string;
  readonly prompt: string;
  readonly placeholder?: string;
  /** Masks the input. */
  readonly secret?: boolean;
  /** Tooltips of a button that masks and shows the input. */
  readonly hide?: { readonly show: string; readonly hide: string };
  /** Validates the input. */
  check?(value: string): string | vscode.InputBoxValidationMessage | undefined;
  /** Like `check`, but takes a moment: an error, or what the input means. */
  preview?(value: string): Promise<string | vscode.InputBoxValidationMessage | undefined>;
  /** Tests the input before continuing. Returns an error message to show, if any. */
  tried?(value: string): Promise<string | undefined>;
}

/** Shows an input box. */
export function askTextStep(step: TextStep): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  place(box, step);
  box.value = step.value;
  box.prompt = step.prompt;
  box.placeholder = step.placeholder;
  box.password = step.secret ?? false;
  const buttons = () => [...backButton(step), ...maskButton(step, box.password)];
  box.buttons = buttons();
  box.valueSelection = [0, step.value.length];
  let isOpen = true;
  const check = () => {
    const { value } = box;
    box.validationMessage = step.check?.(value);
    if (isRefused(box.validationMessage)) return;
    void step.preview?.(value).then((message) => {
      if (isOpen && box.value === value) box.validationMessage = message;
    });
  };
  return new Promise((resolve) => {
    const end = (answer: Answer<string>) => {
      isOpen = false;
      resolve(answer);
      box.dispose();
    };
    box.onDidChangeValue(check);
    box.onDidTriggerButton((button) => {
      if (button === vscode.QuickInputButtons.Back) return end({ to: 'back', value: box.value });
      box.password = !box.password;
      box.buttons = buttons();
    });
    box.onDidAccept(async () => {
      // A failed test can be repeated with the same input.
      if (box.busy || isRefused(step.check?.(box.value))) return;
      const { value } = box;
      if (step.preview !== undefined) {
        box.busy = true;
        const message = await step.preview(value);
        box.busy = false;
        if (!isOpen || box.value !== value) return;
        box.validationMessage = message;
        if (isRefused(message)) return;
      }
      if (step.tried === undefined) return end({ to: 'next', value });
      box.busy = true;
      box.enabled = false;
      const problem = await step.tried(value);
      box.busy = false;
      box.enabled = true;
      if (problem === undefined) return end({ to: 'next', value });
      box.validationMessage = problem;
      // It lost the focus while it was disabled.
      box.show();
    });
    box.onDidHide(() => end({ to: 'away' }));
    check();
    box.show();
  });
}

export interface ListStep<T extends vscode.QuickPickItem> extends StepPlace {
  readonly items: readonly T[] | Promise<readonly T[]>;
  readonly placeholder: string;
  readonly active?: T | undefined;
  /** The text in the field at first. */
  readonly value?: string;
  /** The item for a typed text, which comes first, so that Enter selects it. Null if the text is none. */
  typed?(text: string): T | null;
}

/** Shows a quick pick. */
export function askListStep<T extends vscode.QuickPickItem>(step: ListStep<T>): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<T>();
  place(pick, step);
  pick.placeholder = step.placeholder;
  pick.matchOnDescription = true;
  pick.buttons = backButton(step);
  let offered: readonly T[] = [];
  let typed: T | null = null;
  // Until the list shows the last typed text, its selection may belong to the previous list.
  let isCurrent = true;
  const list = () => {
    typed = step.typed?.(pick.value) ?? null;
    isCurrent = typed === null;
    pick.items = typed === null ? offered : [typed, ...offered];
  };
  const offer = (items: readonly T[]) => {
    offered = items;
    list();
    if (step.active !== undefined) pick.activeItems = [step.active];
  };
  if (step.value !== undefined) pick.value = step.value;
  return new Promise((resolve, reject) => {
    let isOpen = true;
    const end = (answer: Answer<T>) => {
      isOpen = false;
      resolve(answer);
      pick.dispose();
    };
    pick.onDidTriggerButton(() => end({ to: 'back', value: undefined }));
    pick.onDidAccept(() => {
      const chosen = isCurrent ? pick.selectedItems[0] : typed;
      if (chosen != null) end({ to: 'next', value: chosen });
    });
    pick.onDidHide(() => end({ to: 'away' }));
    if (step.typed !== undefined) {
      pick.onDidChangeValue(list);
      pick.onDidChangeActive(([active]) => {
        if (active !== undefined && active === typed) isCurrent = true;
      });
    }
    if (step.items instanceof Promise) {
      pick.busy = true;
      list();
      step.items.then(
        (items) => {
          if (!isOpen) return;
          pick.busy = false;
          offer(items);
        },
        (error: unknown) => {
          reject(error);
          pick.dispose();
        },
      );
    } else offer(step.items);
    pick.show();
  });
}

/** A step that shows its number and keeps its answer. */
export type Ask = (place: { step: number; steps: number }) => Promise<Answer<unknown>>;

/** Runs the steps, back and forth. Returns whether the last one was completed. The next step may depend on answers. */
export async function askAll(next: (answered: number) => Ask | undefined, steps: () => number): Promise<boolean> {
  let at = 0;
  for (;;) {
    const ask = next(at);
    if (ask === undefined) return true;
    const { to } = await ask({ step: at + 1, steps: steps() });
    if (to === 'away') return false;
    at += to === 'next' ? 1 : -1;
  }
}

/** The dialog stays open when it loses focus, so that the user can look something up. */
function place(input: vscode.QuickInput, { title, step, steps }: StepPlace): void {
  input.title = title;
  input.step = step;
  input.totalSteps = steps;
  input.ignoreFocusOut = true;
}

function backButton({ step }: StepPlace): vscode.QuickInputButton[] {
  return step > 1 ? [vscode.QuickInputButtons.Back] : [];
}

function maskButton({ hide }: TextStep, hidden: boolean): vscode.QuickInputButton[] {
  if (hide === undefined) return [];
  const icon = new vscode.ThemeIcon(hidden ? 'eye' : 'eye-closed');
  return [{ iconPath: icon, tooltip: hidden ? hide.show : hide.hide }];
}

function isRefused(message: string | vscode.InputBoxValidationMessage | undefined): boolean {
  if (message === undefined || typeof message === 'string') return Boolean(message);
  return message.severity === vscode.InputBoxValidationSeverity.Error;
}
