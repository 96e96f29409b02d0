/** Commands on definitions: run, backfill and create. */

import * as vscode from 'vscode';
import { commandIds } from '../base/ids.ts';
import { escapeLinks } from '../base/text.ts';
import type { CommandTable } from '../commandKit/command.ts';
import { pickOne } from '../commandKit/quickInput.ts';
import { activateDefinitions } from './activate.ts';
import { type BackfillDeps, backfillDefinedJob } from './backfill.ts';
import { definedItem } from './definedItem.ts';
import { type NewDefinitionDeps, newDefinition } from './newDefinition.ts';
import { type ReviewDeps, reviewDefinitions } from './review.ts';
import {
  definedJobs,
  type FindDeps,
  findDefined,
  jobsToRun,
  type RunDefinedDeps,
  type RunnableJob,
  runDefinedJob,
} from './runDefined.ts';

export type DefinitionCommandDeps = FindDeps & RunDefinedDeps & BackfillDeps & NewDefinitionDeps & ReviewDeps;

export function definitionCommands(
  deps: DefinitionCommandDeps,
): Pick<CommandTable, 'runDefined' | 'backfill' | 'newDefinition' | 'reviewDefinitions' | 'activateDefinitions'> {
  return {
    runDefined: { offline: 'start', startsJobs: true, run: (args) => runDefined(deps, args) },
    backfill: { offline: 'start', startsJobs: true, run: (args) => backfill(deps, args) },
    newDefinition: { offline: 'works', run: () => newDefinition(deps) },
    activateDefinitions: { offline: 'start', startsJobs: true, run: ([given]) => activateDefinitions(deps, given) },
    reviewDefinitions: { offline: 'offer', startsJobs: true, run: ([path]) => reviewDefinitions(deps, path) },
  };
}

/** Runs the job given as `{file, name}`, otherwise the only one, or shows a picker. */
async function runDefined(deps: FindDeps & RunDefinedDeps, [given]: readonly unknown[]): Promise<void> {
  const job = await chosen(deps, given, jobsToRun);
  if (job !== null) await runDefinedJob(deps, job);
}

/** Backfills the job given as `{file, name}`, otherwise the only one, or shows a picker. */
async function backfill(deps: FindDeps & BackfillDeps, [given]: readonly unknown[]): Promise<void> {
  const job = await chosen(deps, given, (definitions) =>
    // Jobs that can only be backfilled come first.
    definedJobs(definitions).sort((a, b) => Number(b.needsRange) - Number(a.needsRange)),
  );
  if (job !== null) await backfillDefinedJob(deps, job);
}

/** The given job, the only one, or one from a picker. Null if dismissed or there is none. */
async function chosen(
  deps: FindDeps,
  given: unknown,
  offered: (definitions: FindDeps['definitions']) => RunnableJob[],
): Promise<RunnableJob | null> {
  const { definitions, t } = deps;
  const target = readTarget(given);
  if (target !== null) return findDefined(deps, target.file, target.name);
  await definitions.ready();
  const jobs = offered(definitions);
  if (jobs.length === 0) {
    showNone(deps);
    return null;
  }
  if (jobs.length === 1) return jobs[0] ?? null;
  const picked = await pickOne(jobs.map(definedItem), { placeHolder: t('Select a job'), matchOnDescription: true });
  return picked?.job ?? null;
}

/** Says that no job is defined, or that a definition file contains an error. */
function showNone({ definitions, t }: FindDeps): void {
  const wrong = definitions.files.find(({ reading }) => reading.problems.some(({ warning }) => !warning));
  if (wrong !== undefined) {
    const open = t('Open File');
    const text = escapeLinks(t('{0} contains an error.', wrong.uri.fsPath));
    void vscode.window.showWarningMessage(text, open).then((choice) => {
      if (choice === open) void vscode.window.showTextDocument(wrong.uri);
    });
    return;
  }
  const define = t('New Job Definition…');
  void vscode.window.showInformationMessage(t('No jobs are defined for this workspace.'), define).then((choice) => {
    if (choice === define) void vscode.commands.executeCommand(commandIds.newDefinition);
  });
}

function readTarget(given: unknown): { file: string; name: string } | null {
  if (typeof given !== 'object' || given === null || !('file' in given) || !('name' in given)) return null;
  const { file, name } = given;
  return typeof file === 'string' && typeof name === 'string' ? { file, name } : null;
}
