/** `jobdeck define`: list and check job definitions, and activate the queues and schedules of a workspace. */
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DefinedJob, DefinitionFile, DefinitionList } from '../../shared/definitions/wire.ts';
import { JobdeckError, type RequestErrorCode, requestErrors } from '../../shared/errors.ts';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { formatCommand, quoteArgument } from '../../shared/format.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import type { CronQuery } from '../../shared/schedule.ts';
import { definitionFileBytes } from '../../shared/wire.ts';
import { exitCodes } from '../exitCode.ts';
import { renderColumns } from '../output/columns.ts';
import { cut, printable } from '../output/text.ts';
import { cliError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';
import type { Session } from '../session.ts';
import { currentCaller } from '../submitting/caller.ts';
import { definitionFiles, type FoundFile, workspaceFile } from '../submitting/findDefinition.ts';
import { addReview } from './defineReview.ts';

/** Columns of a command in the list. */
const commandWidth = 50;

export function addDefine(program: Command, runner: Runner): void {
  const define = program.command('define').description('Manage job definitions');
  define
    .command('ls')
    .alias('list')
    .description('List the jobs defined for this folder and in active files')
    .option('--json', 'Print {"files", "jobs"} as JSON')
    .addHelpText('after', '\nTo run a defined job: jobdeck run NAME')
    .action(runner.act(list));
  define
    .command('check')
    .description('Check definition files; exits with 1 if there are problems')
    .argument('[file]', 'File (default: the nearest .vscode/jobs.json and the jobs.json of the daemon)')
    .option('--json', 'Print {"files": [{"path", "problems"}]} as JSON')
    .action(runner.act(check));
  define
    .command('add')
    .description('Activate the queues and schedules of a .vscode/jobs.json as they are now')
    .argument('[folder]', 'Folder with the .vscode folder (default: the nearest one)')
    .option('--json', 'Print the file as JSON')
    .action(runner.act(add));
  addReview(define, runner);
  define
    .command('rm')
    .description('Deactivate a .vscode/jobs.json, and remove its schedules and unused queues')
    .argument('[folder]', 'Folder with the .vscode folder (default: the nearest one)')
    .option('--json', 'Print {"removed"} as JSON')
    .action(runner.act(rm));
  define
    .command('schema')
    .description('Print the JSON Schema of definition files')
    .option('--json', 'Print it on one line')
    .action(runner.act(schema));
}

async function list({ session, out, home }: Cli): Promise<number> {
  const { cwd } = currentCaller();
  const active = await session.persistently((client) => client.definitions());
  const here = workspaceFile(cwd);
  const added = here === null || active.files.some(({ path }) => path === here.path);
  const local = added || here === null ? { files: [], jobs: [] } : await read(here);
  const all: DefinitionList = {
    files: [...local.files, ...active.files],
    jobs: [...local.jobs, ...active.jobs],
  };
  const changed = all.files.filter(({ pending }) => pending !== null).map(({ path }) => path);
  out.result(all, render(all.jobs, { inactive: local.files.map(({ path }) => path), changed }));
  if (out.json) return exitCodes.ok;
  for (const path of changed) {
    out.note(`${printable(path)} has changed. To review its changes: jobdeck define review ${quoteArgument(path)}`);
  }
  if (all.jobs.length === 0) {
    out.note(`No jobs defined. Define jobs in .vscode/jobs.json, or for all folders in ${home}/jobs.json.`);
  }
  for (const { path, problems } of all.files) for (const one of problems) out.note(await lineOf(path, one));
  if (local.jobs.some(({ definition }) => definition.schedule !== undefined)) {
    out.note('The schedules of this folder are inactive. To activate them: jobdeck define add');
  }
  return exitCodes.ok;
}

async function check({ session, out, home }: Cli, file: string | undefined): Promise<number> {
  const { cwd } = currentCaller(file);
  const files = file === undefined ? definitionFiles(cwd, home) : [readNamed(resolve(cwd, file), home)];
  if (files.length === 0) {
    throw cliError('INVALID_DEFINITION/noFile', { home });
  }
  const checked = await Promise.all(files.map((one) => checkFile(session, one)));
  const lines = await Promise.all(checked.flatMap(({ path, problems }) => problems.map((one) => lineOf(path, one))));
  const valid = checked.filter(({ problems }) => problems.length === 0).map(({ path }) => `${path} is valid.`);
  out.result({ files: checked.map(({ path, problems }) => ({ path, problems })) }, [...lines, ...valid]);
  return lines.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** The file with its problems. The daemon checks the cron expressions. */
async function checkFile(session: Session, file: FoundFile): Promise<Pick<DefinitionFile, 'path' | 'problems'>> {
  const { files, jobs } = await read(file);
  const problems = files.flatMap((one) => one.problems);
  const { messageWithHint, problemAt } = await import('../../shared/definitions/parse.ts');
  // Many jobs may have the same schedule.
  const checked = new Map<string, Promise<JobdeckError | null>>();
  for (const { name, definition } of jobs) {
    const { schedule } = definition;
    if (schedule === undefined) continue;
    const { cron, timezone } = typeof schedule === 'string' ? { cron: schedule } : schedule;
    const key = JSON.stringify([cron, timezone]);
    const check = checked.get(key) ?? cronProblem(session, { cron, timezone });
    checked.set(key, check);
    const problem = await check;
    if (problem !== null) problems.push(problemAt(file.text, ['jobs', name, 'schedule'], messageWithHint(problem)));
  }
  return { path: file.path, problems };
}

/** Why a cron expression or time zone is not valid; null if it is. */
async function cronProblem(session: Session, query: CronQuery): Promise<JobdeckError | null> {
  try {
    await session.persistently((client) => client.cron(query));
    return null;
  } catch (error) {
    if (error instanceof JobdeckError && requestErrors[error.code as RequestErrorCode] === 400) return error;
    throw error;
  }
}

async function add({ session, out }: Cli, folder: string | undefined): Promise<number> {
  const file = await session.persistently((client) => client.addDefinitions(folderOf(folder)));
  const problems = await Promise.all(file.problems.map((one) => lineOf(file.path, one)));
  out.result(file, [...problems, `${file.path} is active: ${file.names.join(', ') || 'no jobs'}.`]);
  return problems.length === 0 ? exitCodes.ok : exitCodes.failed;
}

async function rm({ session, out }: Cli, folder: string | undefined): Promise<number> {
  const named = folderOf(folder);
  await session.persistently((client) => client.removeDefinitions(named));
  out.result({ removed: 1 }, [`Removed the schedules and unused queues of ${printable(named)}.`]);
  return exitCodes.ok;
}

async function schema({ out }: Cli): Promise<number> {
  const { jsonSchema } = await import('../../shared/definitions/schema.ts');
  const document = jsonSchema();
  out.result(document, [JSON.stringify(document, null, 2)]);
  return exitCodes.ok;
}

/** The given folder, or the nearest one with a file, or the current one. */
function folderOf(folder: string | undefined): string {
  const { cwd } = currentCaller(folder);
  return folder === undefined ? (workspaceFile(cwd)?.workspace ?? cwd) : resolve(cwd, folder);
}

/** Reads a given file. It belongs to a workspace unless it is in the daemon’s home. */
function readNamed(path: string, home: string): FoundFile {
  try {
    const workspace = dirname(path) === resolve(home) ? null : dirname(dirname(path));
    return { path, workspace, text: readFileSafelySync(path, { limit: definitionFileBytes }).replace(/^\uFEFF/, '') };
  } catch (error) {
    throw cliError('INVALID_DEFINITION/unreadable', { path, reason: reasonOf(error) });
  }
}

/** The content of a file in the same form as from the daemon. */
async function read({ path, workspace, text }: FoundFile): Promise<DefinitionList> {
  const { parseDefinitions } = await import('../../shared/definitions/parse.ts');
  const { definitions, problems } = parseDefinitions(text, { workspace: workspace !== null });
  const jobs = Object.entries(definitions?.jobs ?? {});
  const file: DefinitionFile = { path, workspace, problems, names: jobs.map(([name]) => name), pending: null };
  return { files: [file], jobs: jobs.map(([name, definition]) => ({ name, file: path, workspace, definition })) };
}

async function lineOf(path: string, problem: DefinitionFile['problems'][number]): Promise<string> {
  const { problemLine } = await import('../../shared/definitions/parse.ts');
  return `${printable(path)}:${printable(problemLine(problem))}`;
}

/** The jobs as a table with its head. Schedules of `inactive` files and jobs of `changed` ones are marked. */
function render(
  jobs: readonly DefinedJob[],
  { inactive, changed }: { inactive: readonly string[]; changed: readonly string[] },
): string[] {
  if (jobs.length === 0) return [];
  const head = ['NAME', 'COMMAND', 'FILE', 'SCHEDULE'];
  const rows = jobs.map(({ name, file, definition: { command, schedule } }) => {
    const line = formatCommand(typeof command === 'string' ? { shell: command } : { argv: command });
    const cron = typeof schedule === 'object' ? schedule.cron : (schedule ?? '');
    const off = cron !== '' && inactive.includes(file) ? ' (inactive)' : '';
    const review = changed.includes(file) ? ' (changed, review)' : '';
    return [printable(name), cut(printable(line), commandWidth), printable(file) + review, printable(cron) + off];
  });
  return renderColumns(head, rows);
}
