/** Finding defined jobs: in the nearest `.vscode/jobs.json`, then in the daemon’s home. */
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { JobDefinition } from '../../shared/definitions/schema.ts';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import { definitionFileBytes } from '../../shared/wire.ts';
import { cliError } from '../problems.ts';

/** A definition file. */
export interface FoundFile {
  path: string;
  /** The folder that holds its `.vscode`; null for the file of the home. */
  workspace: string | null;
  text: string;
}

/** A defined job. */
export interface FoundDefinition {
  name: string;
  file: FoundFile;
  job: JobDefinition;
  /** The default working directory. */
  folder: string;
}

/** The existing definition files: the nearest one of a workspace and the one of the home. */
export function definitionFiles(cwd: string, home: string): FoundFile[] {
  const homeFile = join(home, homeFiles.definitions);
  return [workspaceFile(cwd), readFile(homeFile, null)].filter((file) => file !== null);
}

/** The nearest definition file in this folder or above it, or null. */
export function workspaceFile(folder: string): FoundFile | null {
  const found = readFile(join(folder, '.vscode', 'jobs.json'), folder);
  if (found !== null) return found;
  return dirname(folder) === folder ? null : workspaceFile(dirname(folder));
}

/**
 * The job of that name, or null if no file defines it.
 * @throws JobdeckError INVALID_DEFINITION if it has a problem
 */
export async function findDefinition(name: string, cwd: string, home: string): Promise<FoundDefinition | null> {
  const files = definitionFiles(cwd, home);
  if (files.length === 0) return null;
  const { jobNamed, parseDefinitions, problemLine } = await import('../../shared/definitions/parse.ts');
  for (const file of files) {
    const { definitions, problems, names, broken } = parseDefinitions(file.text, {
      workspace: file.workspace !== null,
    });
    if (!names.includes(name)) continue;
    const job = definitions === null ? null : jobNamed(definitions, name);
    if (job !== null) return { name, file, job, folder: file.workspace ?? homedir() };
    const first = broken.jobs.get(name) ?? problems[0];
    const problem = first === undefined ? file.path : `${file.path}:${problemLine(first)}`;
    throw cliError('INVALID_DEFINITION/file', { problem, name });
  }
  return null;
}

function readFile(path: string, workspace: string | null): FoundFile | null {
  try {
    return { path, workspace, text: readFileSafelySync(path, { limit: definitionFileBytes }).replace(/^\uFEFF/, '') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw cliError('INVALID_DEFINITION/unreadable', { path, reason: reasonOf(error) });
  }
}
