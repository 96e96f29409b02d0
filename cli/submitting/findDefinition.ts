/** Finding a job by its name: in `.vscode/jobs.json` of this folder or one above it, else in the daemon's home. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { homeFiles } from '../../shared/client/home.ts';
import type { JobDefinition } from '../../shared/definitions/schema.ts';
import { JobdeckError } from '../../shared/errors.ts';

/** A file of definitions as it is. */
export interface FoundFile {
  path: string;
  /** The folder that holds its `.vscode`; null for the file of the home. */
  workspace: string | null;
  text: string;
}

/** A job that is defined. */
export interface FoundDefinition {
  name: string;
  file: FoundFile;
  job: JobDefinition;
  /** Where it runs unless it says otherwise. */
  folder: string;
}

/** The workspace's file, that of the nearest folder which has one, and that of the home, as far as they are there. */
export function definitionFiles(cwd: string, home: string): FoundFile[] {
  const homeFile = join(home, homeFiles.definitions);
  return [workspaceFile(cwd), readFile(homeFile, null)].filter((file) => file !== null);
}

/** The file of the nearest folder that has one, or null. */
export function workspaceFile(folder: string): FoundFile | null {
  const found = readFile(join(folder, '.vscode', 'jobs.json'), folder);
  if (found !== null) return found;
  return dirname(folder) === folder ? null : workspaceFile(dirname(folder));
}

/**
 * The job of that name, or null when no file has it.
 * @throws JobdeckError INVALID_DEFINITION when the file that names it is wrong
 */
export async function findDefinition(name: string, cwd: string, home: string): Promise<FoundDefinition | null> {
  const files = definitionFiles(cwd, home);
  if (files.length === 0) return null;
  const { jobNamed, parseDefinitions, problemLine } = await import('../../shared/definitions/parse.ts');
  for (const file of files) {
    const { definitions, problems, names } = parseDefinitions(file.text, { workspace: file.workspace !== null });
    if (!names.includes(name)) continue;
    const job = definitions === null ? null : jobNamed(definitions, name);
    if (job !== null) return { name, file, job, folder: file.workspace ?? homedir() };
    const [first] = problems;
    const where = first === undefined ? file.path : `${file.path}:${problemLine(first)}`;
    throw new JobdeckError(
      'INVALID_DEFINITION',
      where,
      `“${name}” is defined there. See all with: jobdeck define check`,
    );
  }
  return null;
}

function readFile(path: string, workspace: string | null): FoundFile | null {
  try {
    return { path, workspace, text: readFileSync(path, 'utf8').replace(/^\uFEFF/, '') };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const said = error instanceof Error ? error.message : String(error);
    throw new JobdeckError('INVALID_DEFINITION', `${path} can’t be read: ${said}.`);
  }
}
