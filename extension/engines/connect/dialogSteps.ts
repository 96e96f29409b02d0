/** Steps of a question that has several: a box or a list with a way back, which keep what was said. */
import * as vscode from 'vscode';

/** What somebody did with a step: left it for the next one or the one before, or left altogether. */
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
  /** It is shown as dots. */
  readonly secret?: boolean;
  /** What hides what is typed, and shows it again. */
  readonly hide?: { readonly show: string; readonly hide: string };
  /** What is wrong with it, or worth knowing. */
  check?(value: string): string | vscode.InputBoxValidationMessage | undefined;
  /** What has to work out before it goes on: what it rejects with is shown, and the text stays. */
  tried?(value: string): Promise<string | undefined>;
}

/** Asks for a text. */
export function askTextStep(step: TextStep): Promise<Answer<string>> {
  const box = vscode.window.createInputBox();
  place(box, step);
  box.value = step.value;
  box.prompt = step.prompt;
  box.placeholder = step.placeholder;
  box.password = step.secret ?? false;
  const buttons = () => [...backButton(step), ...eyeButton(step, box.password)];
  box.buttons = buttons();
  box.valueSelection = [0, step.value.length];
  const check = () => {
    box.validationMessage = step.check?.(box.value);
  };
  return new Promise((resolve) => {
    const end = (answer: Answer<string>) => {
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
      // What was tried in vain may be tried again as it is.
      if (box.busy || isRefused(step.check?.(box.value))) return;
      if (step.tried === undefined) return end({ to: 'next', value: box.value });
      box.busy = true;
      box.enabled = false;
      const { value } = box;
      const problem = await step.tried(value);
      box.busy = false;
      box.enabled = true;
      if (problem === undefined) return end({ to: 'next', value });
      box.validationMessage = problem;
      // It lost the focus while it could not be used.
      box.show();
    });
    box.onDidHide(() => end({ to: 'away' }));
    check();
    box.show();
  });
}

export interface ListStep<T extends vscode.QuickPickItem> extends StepPlace {
  readonly items: readonly T[];
  readonly placeholder: string;
  readonly active?: T | undefined;
}

/** Asks for one of a list. */
export function askListStep<T extends vscode.QuickPickItem>(step: ListStep<T>): Promise<Answer<T>> {
  const pick = vscode.window.createQuickPick<T>();
  place(pick, step);
  pick.placeholder = step.placeholder;
  pick.items = step.items;
  pick.matchOnDescription = true;
  pick.buttons = backButton(step);
  if (step.active !== undefined) pick.activeItems = [step.active];
  return new Promise((resolve) => {
    const end = (answer: Answer<T>) => {
      resolve(answer);
      pick.dispose();
    };
    pick.onDidTriggerButton(() => end({ to: 'back', value: undefined }));
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen !== undefined) end({ to: 'next', value: chosen });
    });
    pick.onDidHide(() => end({ to: 'away' }));
    pick.show();
  });
}

/** One step of a row of them: asks, with the place it has in the row, and keeps what was said. */
export type Ask = (place: { step: number; steps: number }) => Promise<Answer<unknown>>;

/** Asks one after the other, back and forth; whether it came to the end. What comes next may depend on what was said. */
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

/** It stays when somebody looks something up elsewhere. */
function place(input: vscode.QuickInput, { title, step, steps }: StepPlace): void {
  input.title = title;
  input.step = step;
  input.totalSteps = steps;
  input.ignoreFocusOut = true;
}

function backButton({ step }: StepPlace): vscode.QuickInputButton[] {
  return step > 1 ? [vscode.QuickInputButtons.Back] : [];
}

function eyeButton({ hide }: TextStep, hidden: boolean): vscode.QuickInputButton[] {
  if (hide === undefined) return [];
  const icon = new vscode.ThemeIcon(hidden ? 'eye' : 'eye-closed');
  return [{ iconPath: icon, tooltip: hidden ? hide.show : hide.hide }];
}

function isRefused(message: string | vscode.InputBoxValidationMessage | undefined): boolean {
  if (message === undefined || typeof message === 'string') return Boolean(message);
  return message.severity === vscode.InputBoxValidationSeverity.Error;
}
