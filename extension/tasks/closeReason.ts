/** Tells why the terminal of a task is closed. */
import * as vscode from 'vscode';

/** Milliseconds in which the editor says why, after it has told the terminal's program to end. */
const newsTime = 2_000;

/**
 * Why the terminal of the task of this name is closed, as a `TerminalExitReason`; undefined when that is not told. To be
 * asked as soon as its program is told to end, for that comes first.
 */
export function closeReason(task: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const settle = (reason: number | undefined) => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(reason);
    };
    const timer = setTimeout(() => settle(undefined), newsTime);
    const subscription = vscode.window.onDidCloseTerminal(({ name, exitStatus }) => {
      // With several folders the name of the folder is behind it.
      if (name.startsWith(task)) settle(exitStatus?.reason);
    });
  });
}
