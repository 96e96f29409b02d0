/** Running a job that is defined: which there are, what they ask for first, and what the daemon is then asked. */

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

/** A job that can be run, just so or for a range of time. */
export interface RunnableJob extends Defined {
  /** Its icon, if there is one of that name. */
  readonly icon: string | null;
  /** What tells it from those of other folders; null where there are none. */
  readonly folderName: string | null;
  /** Only for backfills: it can’t be run just so. */
  readonly needsRange: boolean;
}

/** For asking for the inputs of a defined job. */
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

/** All that this window has, in the order of their files. */
export function definedJobs({ files }: Pick<DefinitionFiles, 'files'>): RunnableJob[] {
  return files.flatMap((file) =>
    file.reading.jobs.flatMap(({ name, definition, icon, needsRange }) =>
      definition === null ? [] : [{ name, definition, icon, needsRange, ...placeOf(file, files.length) }],
    ),
  );
}

/** Those that can be run just so. */
export function jobsToRun(definitions: Pick<DefinitionFiles, 'files'>): RunnableJob[] {
  return definedJobs(definitions).filter(({ needsRange }) => !needsRange);
}

/**
 * The job of that name in that file, as both are now: what is typed there and not saved is saved first.
 * @throws JobdeckError UNKNOWN_DEFINITION, INVALID_DEFINITION with the first mistake of the file, or when it can’t be saved
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
  const { definition, icon, needsRange } = job;
  if (definition === null) {
    const [first] = file.reading.problems;
    if (first === undefined) throw editorProblem('INVALID_DEFINITION/file', { file: path, definition: name });
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
 * Asks for its inputs and starts it, unless somebody leaves a question.
 * @throws JobdeckError INVALID_REQUEST for one that is for backfills
 */
export async function runDefinedJob(deps: RunDefinedDeps, job: RunnableJob): Promise<void> {
  if (job.needsRange) {
    throw editorProblem('INVALID_REQUEST/backfillOnly', { definition: job.name });
  }
  const template = await askTemplate(deps, job, deps.t('Run “{0}”', job.name));
  if (template !== null) await start(deps, template);
}

/** What the daemon is asked for it, after its inputs; null when somebody left a question. */
export async function askTemplate(
  deps: TemplateDeps,
  { name, definition, workspace }: RunnableJob,
  title: string,
): Promise<JobTemplate | null> {
  const inputs = await askInputs(title, definition.inputs ?? []);
  if (inputs === null) return null;
  const around = {
    ...{ workspace, inputs, env: environment(), sendEnv: true },
    folder: workspace ?? homedir(),
    createdBy: currentUser() ?? null,
  };
  const made = deps.tools().request(name, definition, around);
  if ('template' in made) return made.template;
  throw new JobdeckError(made.error);
}

/** Answers to all; null when a question was left. */
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
  // The default comes first, so that Enter takes it.
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
