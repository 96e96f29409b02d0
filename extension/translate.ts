/** Texts in the language of the editor. */
import * as vscode from 'vscode';
import { daemonTexts, type Translate } from '../shared/translate.ts';

/** As `vscode.l10n.t`, with what numbers and the daemon's sentences need beside it. */
export function editorTranslate(): Translate {
  const { bundle, t } = vscode.l10n;
  return Object.assign((message: string, ...values: (string | number)[]) => t(message, ...values), {
    language: vscode.env.language,
    said: daemonTexts(bundle ?? {}),
  });
}
