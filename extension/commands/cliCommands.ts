/** Commands that install the command line tool on the user's PATH, and remove it. */
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { editorProblem } from '../../shared/messages/editor.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import { escapeLinks } from '../base/text.ts';
import type { Launcher } from '../cli/launcher.ts';
import { install, isOnPath, lookAt, pathCommand, uninstall, userPathIn } from '../cli/userPath.ts';
import { changeWindowsPath } from '../cli/windowsPath.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { confirm } from '../commandKit/confirm.ts';
import type { MessageDeps } from '../commandKit/deps.ts';

export interface CliCommandDeps extends MessageDeps {
  /** The command as the window wrote it. */
  readonly launcher: Launcher;
}

export function cliCommands(deps: CliCommandDeps): Pick<CommandTable, 'installCli' | 'uninstallCli'> {
  const onWindows = process.platform === 'win32';
  return {
    installCli: { offline: 'works', run: () => (onWindows ? installOnWindows(deps) : installLink(deps)) },
    uninstallCli: { offline: 'works', run: () => (onWindows ? uninstallOnWindows(deps) : uninstallLink(deps)) },
  };
}

async function installLink({ t, launcher, showMessage }: CliCommandDeps): Promise<void> {
  const place = userPathIn(homedir());
  if (tried(place.file, () => lookAt(place)) === 'foreign') {
    throw editorProblem('CLI_NOT_INSTALLED/foreign', { file: place.file });
  }
  const detail = t('A link is created at {0}. It keeps working when Jobdeck is updated.', place.file);
  if (!(await confirm(t('Install the command “jobdeck”?'), detail, t('Install')))) return;
  tried(place.file, () => install(place, launcher.file));
  if (isOnPath(place.folder, process.env.PATH)) {
    return showMessage(t('The command “jobdeck” is installed. It works in new terminals.'));
  }
  const copy = t('Copy Command');
  const line = pathCommand(place.folder, vscode.env.shell);
  const text = t(
    'The command “jobdeck” is installed in {0}, which is not on your PATH. To add it, run: {1}',
    place.folder,
    line,
  );
  void vscode.window.showWarningMessage(escapeLinks(text), copy).then((choice) => {
    if (choice === copy) void vscode.env.clipboard.writeText(line);
  });
}

async function uninstallLink({ t, showMessage }: CliCommandDeps): Promise<void> {
  const place = userPathIn(homedir());
  switch (tried(place.file, () => lookAt(place))) {
    case 'free':
      return showMessage(t('The command “jobdeck” is not installed.'));
    case 'foreign':
      throw editorProblem('CLI_NOT_INSTALLED/notOurs', { file: place.file });
    case 'ours':
      tried(place.file, () => uninstall(place));
      return showMessage(t('The command “jobdeck” was removed from {0}.', place.folder));
  }
}

async function installOnWindows({ t, launcher, showMessage }: CliCommandDeps): Promise<void> {
  const detail = t('{0} is added to the PATH of your user account.', launcher.folder);
  if (!(await confirm(t('Install the command “jobdeck”?'), detail, t('Install')))) return;
  await changed(launcher, 'add');
  showMessage(t('The command “jobdeck” is installed. It works in new terminals.'));
}

async function uninstallOnWindows({ t, launcher, showMessage }: CliCommandDeps): Promise<void> {
  await changed(launcher, 'remove');
  showMessage(t('The command “jobdeck” was removed from {0}.', 'PATH'));
}

async function changed({ folder }: Launcher, change: 'add' | 'remove'): Promise<void> {
  try {
    await changeWindowsPath(folder, change);
  } catch (error) {
    throw editorProblem('CLI_NOT_INSTALLED/system', { file: folder, reason: reasonOf(error) });
  }
}

/** Runs something that may fail because of a file. */
function tried<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw editorProblem('CLI_NOT_INSTALLED/system', { file, reason: reasonOf(error) });
  }
}
