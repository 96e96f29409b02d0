/** Commands on definitions: run one, write one. */

import * as vscode from 'vscode';
import { pickOne } from '../commands/asking.ts';
import type { CommandTable } from '../commands/command.ts';
import type { CommandDeps } from '../commands/deps.ts';
import { definedItem } from '../commands/pickers.ts';
import { commandIds } from '../ids.ts';
import { escapeLinks } from '../text.ts';
import { newDefinition } from './newDefinition.ts';
import { definedJobs, findDefined, runDefinedJob } from './runDefined.ts';

export function definitionCommands(deps: CommandDeps): Pick<CommandTable, 'runDefined' | 'newDefinition'> {
  return {
    runDefined: { offline: 'start', startsJobs: true, run: (args) => runDefined(deps, args) },
    newDefinition: { offline: 'works', run: () => newDefinition(deps) },
  };
}

/** Runs the job it is given as `{file, name}`, else asks which. */
async function runDefined(deps: CommandDeps, [given]: readonly unknown[]): Promise<void> {
  const { definitions, t } = deps;
  const target = readTarget(given);
  if (target !== null) return runDefinedJob(deps, await findDefined(deps, target.file, target.name));
  await definitions.ready();
  const jobs = definedJobs(definitions);
  if (jobs.length === 0) return tellNone(deps);
  const picked = await pickOne(jobs.map(definedItem), {
    placeHolder: t('Which job?'),
    matchOnDescription: true,
  });
  if (picked !== undefined) await runDefinedJob(deps, picked.job);
}

/** That nothing is defined; or is, in a file with a mistake. */
function tellNone({ definitions, t }: CommandDeps): void {
  const wrong = definitions.files.find(({ reading }) => reading.problems.some(({ warning }) => !warning));
  if (wrong !== undefined) {
    const open = t('Open File');
    const text = escapeLinks(t('{0} has a mistake.', wrong.uri.fsPath));
    void vscode.window.showWarningMessage(text, open).then((choice) => {
      if (choice === open) void vscode.window.showTextDocument(wrong.uri);
    });
    return;
  }
  const define = t('New Job Definition…');
  void vscode.window.showInformationMessage(t('No job is defined for this workspace.'), define).then((choice) => {
    if (choice === define) void vscode.commands.executeCommand(commandIds.newDefinition);
  });
}

function readTarget(given: unknown): { file: string; name: string } | null {
  if (typeof given !== 'object' || given === null || !('file' in given) || !('name' in given)) return null;
  const { file, name } = given;
  return typeof file === 'string' && typeof name === 'string' ? { file, name } : null;
}
