/** Translation into the display language of the editor. */
import * as vscode from 'vscode';
import type { Translate } from '../../shared/translate.ts';

/** `vscode.l10n.t` with the language for numbers and the templates of messages. */
export function editorTranslate(): Translate {
  const { bundle, t } = vscode.l10n;
  return Object.assign((message: string, ...values: (string | number)[]) => t(message, ...values), {
    language: vscode.env.language,
    template: (key: string) => bundle?.[key],
  });
}
