/** Links in terminals from the lines about skipped output to the log files. */
import * as vscode from 'vscode';
import { commandIds } from '../../base/ids.ts';
import type { LogRef } from '../../base/logRef.ts';
import type { Translate } from '../../base/text.ts';
import type { LogPty } from './logPty.ts';
import { openFullLog } from './skippedLine.ts';

interface FullLogLink extends vscode.TerminalLink {
  readonly ref: LogRef;
}

interface LinkedLog {
  readonly ref: LogRef;
  /** Its lines about skipped output. The terminal of a task may show several logs one after the other. */
  readonly lines: Set<string>;
  isIn(terminal: vscode.Terminal): boolean;
}

export class FullLogLinks implements vscode.TerminalLinkProvider<FullLogLink>, vscode.Disposable {
  readonly #label: string;
  readonly #registration: vscode.Disposable;
  #logs: LinkedLog[] = [];

  constructor(t: Translate) {
    this.#label = openFullLog(t);
    this.#registration = vscode.window.registerTerminalLinkProvider(this);
  }

  /** Adds the lines of a log. `isIn`: whether a terminal shows it. */
  add(pty: Pick<LogPty, 'onDidSkip'>, ref: LogRef, isIn: LinkedLog['isIn']): void {
    const lines = new Set<string>();
    pty.onDidSkip((line) => {
      if (lines.size === 0) this.#logs.push({ ref, lines, isIn });
      lines.add(line);
    });
  }

  /** Forgets the logs in a terminal. */
  forget(terminal: vscode.Terminal): void {
    this.#logs = this.#logs.filter((log) => !log.isIn(terminal));
  }

  provideTerminalLinks({ line, terminal }: vscode.TerminalLinkContext): FullLogLink[] {
    const log = this.#logs.findLast(({ lines, isIn }) => lines.has(line.trim()) && isIn(terminal));
    if (log === undefined) return [];
    return [{ startIndex: line.lastIndexOf(this.#label), length: this.#label.length, ref: log.ref }];
  }

  async handleTerminalLink({ ref }: FullLogLink): Promise<void> {
    await vscode.commands.executeCommand(commandIds.openWholeLog, ref);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}

/** Rows that terminals of the editor keep, less those on the screen. */
export function terminalRows(): number {
  const scrollback = vscode.workspace.getConfiguration('terminal.integrated').get<number>('scrollback', 1_000);
  return Math.max(100, scrollback - 100);
}
