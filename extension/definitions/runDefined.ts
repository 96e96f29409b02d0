/** Runs defined jobs: lists them, asks for their inputs, and submits them. */

import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { JobdeckError } from '../../shared/errors.ts';
import { editorProblem } from '../../shared/messages/editor.ts';
import type { JobTemplate } from '../../shared/schedule.ts';
import { currentUser, environment } from '../base/submitter.ts';
import type { Translate } from '../base/text.ts';
import { escapeIcons, oneLine } from '../base/text.ts';
import type { RequestDeps, StartDeps } from '../commandKit/deps.ts';
import { askText, pickOne } from '../commandKit/quickInput.ts';
import { start } from '../commandKit/startJob.ts';
import { type DefinitionFile, type DefinitionFiles, workspaceOf } from './definitionFiles.ts';
import type { Tools } from './loadTools.ts';
import type { Defined } from './looks.ts';

/** A defined job that can be run or backfilled. */
export interface RunnableJob extends Defined {
  /** Its icon, if it exists. */
  readonly icon: string | null;
  /** Name of its folder, if there is more than one file. */
  readonly folderName: string | null;
  /** It can only be backfilled. */
  readonly needsRange: boolean;
}

/** For prompting for the inputs of a defined job. */
export interface TemplateDeps {
  readonly t: Translate;
  /** Reads and writes definitions. */
  tools(): Tools;
}

export type RunDefinedDeps = RequestDeps & StartDeps & TemplateDeps;

/** For finding a defined job. */
export interface FindDeps {
  readonly definitions: DefinitionFiles;
  readonly t: Translate;
}

type Input = NonNullable<Defined['definition']['inputs']>[number];

/** All defined jobs of this window, in the order of their files. */
export function definedJobs({ files }: Pick<DefinitionFiles, 'files'>): RunnableJob[] {
  return files.flatMap((file) =>
    file.reading.jobs.flatMap(({ name, definition, icon, needsRange }) =>
      definition === null ? [] : [{ name, definition, icon, needsRange, ...placeOf(file, files.length) }],
    ),
  );
}

/** The jobs that can be run without a time range. */
export function jobsToRun(definitions: Pick<DefinitionFiles, 'files'>): RunnableJob[] {
  return definedJobs(definitions).filter(({ needsRange }) => !needsRange);
}

/**
 * Finds a job by name in a file. Unsaved changes of the file are saved first.
 * @throws JobdeckError UNKNOWN_DEFINITION, or INVALID_DEFINITION with its first problem or if the file can’t be saved
 */
export async function findDefined(
  { definitions }: Pick<FindDeps, 'definitions'>,
  path: string,
  name: string,
): Promise<RunnableJob> {
  const typed = vscode.workspace.textDocuments.find(({ uri, isDirty }) => isDirty && uri.fsPath === path);
  if (typed !== undefined && !(await typed.save())) {
    throw editorProblem('INVALID_DEFINITION/notSaved', { file: path, definition: name });
  }
  await definitions.refresh();
  const file = definitions.files.find(({ uri }) => uri.fsPath === path);
  const job = file?.reading.jobs.find((one) => one.name === name);
  if (file === undefined || job === undefined) {
    throw editorProblem('UNKNOWN_DEFINITION/file', { definition: name, file: path });
  }
  const { definition, problem: first, icon, needsRange } = job;
  if (definition === null) {
    if (first === null) throw editorProblem('INVALID_DEFINITION/file', { file: path, definition: name });
    throw editorProblem('INVALID_DEFINITION/fileLine', {
      file: path,
      line: first.line + 1,
      column: first.column + 1,
      problem: first.message,
      definition: name,
    });
  }
  return { name, definition, icon, needsRange, ...placeOf(file, definitions.files.length) };
}

/**
 * Asks for the inputs and starts the job, unless dismissed.
 * @throws JobdeckError INVALID_REQUEST for a job that can only be backfilled
 */
export async function runDefinedJob(deps: RunDefinedDeps, job: RunnableJob): Promise<void> {
  if (job.needsRange) {
    throw editorProblem('INVALID_REQUEST/backfillOnly', { definition: job.name });
  }
  const template = await askTemplate(deps, job, deps.t('Run “{0}”', job.name));
  if (template !== null) await start(deps, template);
}

/** Asks for the inputs and returns the request for the daemon. Null if dismissed. */
export async function askTemplate(
  deps: TemplateDeps,
  { name, file, definition, workspace }: RunnableJob,
  title: string,
): Promise<JobTemplate | null> {
  const inputs = await askInputs(title, definition.inputs ?? []);
  if (inputs === null) return null;
  const around = {
    file,
    workspace,
    inputs,
    env: environment(),
    sendEnv: true,
    windows: process.platform === 'win32',
    folder: workspace ?? homedir(),
    createdBy: currentUser() ?? null,
  };
  const made = deps.tools().request(name, definition, around);
  if ('template' in made) return made.template;
  throw new JobdeckError(made.error);
}

/** The answers, or null if dismissed. */
async function askInputs(title: string, inputs: readonly Input[]): Promise<Record<string, string> | null> {
  const answers: [string, string][] = [];
  for (const [index, input] of inputs.entries()) {
    const step = inputs.length === 1 ? '' : ` (${index + 1}/${inputs.length})`;
    const answer = await askInput(input, title + step);
    if (answer === undefined) return null;
    answers.push([input.id, answer]);
  }
  return Object.fromEntries(answers);
}

async function askInput(
  { id, description, default: value, options, password = false }: Input,
  title: string,
): Promise<string | undefined> {
  const prompt = description ?? id;
  if (options === undefined) {
    return askText({ title, prompt, value, password, ignoreFocusOut: true });
  }
  // The default comes first, so that Enter selects it.
  const ordered = [...options.filter((one) => one === value), ...options.filter((one) => one !== value)];
  const items = ordered.map((answer) => ({ label: escapeIcons(oneLine(answer)) || '""', answer }));
  const picked = await pickOne(items, { title, placeHolder: prompt, ignoreFocusOut: true });
  return picked?.answer;
}

function placeOf(
  file: DefinitionFile,
  files: number,
): Omit<RunnableJob, 'name' | 'definition' | 'icon' | 'needsRange'> {
  const name = file.folder?.name ?? null;
  return { file: file.uri.fsPath, workspace: workspaceOf(file), folderName: files > 1 ? name : null };
}
