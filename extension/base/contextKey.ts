/** A context key for `when` clauses, sent to the editor when its value changes. */
import * as vscode from 'vscode';

export class ContextKey {
  readonly #key: string;
  #value: boolean | string | undefined;

  constructor(key: string) {
    this.#key = key;
  }

  set(value: boolean | string): void {
    if (value === this.#value) return;
    this.#value = value;
    void vscode.commands.executeCommand('setContext', this.#key, value);
  }
}
