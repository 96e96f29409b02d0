/** Puts `jobdeck` on the PATH of the window's integrated terminals. */
import { delimiter, join } from 'node:path';
import type * as vscode from 'vscode';
import type { Translate } from '../base/text.ts';
import { launcherIn, writeLauncher } from './launcher.ts';

export interface TerminalPathOptions {
  readonly context: Pick<
    vscode.ExtensionContext,
    'globalStorageUri' | 'environmentVariableCollection' | 'extensionPath'
  >;
  readonly t: Translate;
  log(line: string): void;
}

/** Terminals that are open already get it when they are reopened; the editor shows that. */
export function extendTerminalPath({ context, t, log }: TerminalPathOptions): void {
  const variables = context.environmentVariableCollection;
  const launcher = launcherIn(context.globalStorageUri.fsPath);
  try {
    writeLauncher(launcher, join(context.extensionPath, 'dist', 'cli.js'));
  } catch (error) {
    variables.clear();
    log(`The command jobdeck could not be written for terminals: ${String(error)}`);
    return;
  }
  variables.description = t('Adds the command `jobdeck` to the PATH.');
  // Also after the start-up files of the shell, which may set the PATH anew.
  variables.prepend('PATH', `${launcher.folder}${delimiter}`, {
    applyAtProcessCreation: true,
    applyAtShellIntegration: true,
  });
  // The editor's own home, so that both show the same jobs.
  const { JOBDECK_HOME: home } = process.env;
  if (home) variables.replace('JOBDECK_HOME', home);
  else variables.delete('JOBDECK_HOME');
}
