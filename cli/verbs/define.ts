/** `jobdeck define`: list and check job definitions, and have a workspace's queues and schedules in force. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { DefinedJob, DefinitionFile, DefinitionList } from '../../shared/definitions/wire.ts';
import { JobdeckError, type RequestErrorCode, requestErrors } from '../../shared/errors.ts';
import { formatCommand } from '../../shared/format.ts';
import { exitCodes } from '../exitCode.ts';
import { renderColumns } from '../output/columns.ts';
import { cut, printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';
import type { Session } from '../session.ts';
import { currentCaller } from '../submitting/caller.ts';
import { definitionFiles, type FoundFile, workspaceFile } from '../submitting/findDefinition.ts';

/** Columns of a command in the list. */
const commandWidth = 50;

export function addDefine(program: Command, runner: Runner): void {
  const define = program.command('define').description('list and check job definitions; see also “jobdeck run NAME”');
  define
    .command('list')
    .alias('ls')
    .description('list the jobs that are defined for this folder, and those of files that were added')
    .option('--json', 'print {"files", "jobs"} as JSON')
    .action(runner.act(list));
  define
    .command('check')
    .description('say what is wrong in files of definitions, and where; exits with 1 when something is')
    .argument('[file]', 'the file (default: .vscode/jobs.json of this folder or one above it, and that of the home)')
    .option('--json', 'print {"files": [{"path", "problems"}]} as JSON')
    .action(runner.act(check));
  define
    .command('add')
    .description('put the queues and schedules of .vscode/jobs.json in force, now and after every change')
    .argument('[folder]', 'the folder that holds .vscode (default: this one or the nearest above it)')
    .option('--json', 'print the file as JSON')
    .action(runner.act(add));
  define
    .command('rm')
    .description('take the schedules of a file back; queues stay as they are')
    .argument('[folder]', 'the folder that holds .vscode')
    .option('--json', 'print {"removed"} as JSON')
    .action(runner.act(rm));
  define
    .command('schema')
    .description('print the JSON Schema of the files')
    .option('--json', 'as it is always')
    .action(runner.act(schema));
}

async function list({ session, out, home }: Cli): Promise<number> {
  const { cwd } = currentCaller();
  const inForce = await session.persistently((client) => client.definitions());
  const here = workspaceFile(cwd);
  const added = here === null || inForce.files.some(({ path }) => path === here.path);
  const local = added || here === null ? { files: [], jobs: [] } : await read(here);
  const all: DefinitionList = {
    files: [...local.files, ...inForce.files],
    jobs: [...local.jobs, ...inForce.jobs],
  };
  out.result(
    all,
    render(
      all.jobs,
      local.files.map(({ path }) => path),
    ),
  );
  if (out.json) return exitCodes.ok;
  if (all.jobs.length === 0) {
    out.note(`No job is defined. Define some in .vscode/jobs.json, or for every folder in ${home}/jobs.json.`);
  }
  for (const { path, problems } of all.files) for (const one of problems) out.note(await lineOf(path, one));
  if (local.jobs.some(({ definition }) => definition.schedule !== undefined)) {
    out.note('Schedules of this folder are not in force; they are after: jobdeck define add');
  }
  return exitCodes.ok;
}

async function check({ session, out, home }: Cli, file: string | undefined): Promise<number> {
  const { cwd } = currentCaller();
  const files = file === undefined ? definitionFiles(cwd, home) : [readNamed(resolve(cwd, file), home)];
  if (files.length === 0) {
    const hint = 'Definitions are in .vscode/jobs.json of a folder, or in jobs.json in the home of the daemon.';
    throw new JobdeckError('INVALID_DEFINITION', 'There is no file to check.', hint);
  }
  const checked = await Promise.all(files.map((one) => checkFile(session, one)));
  const lines = await Promise.all(checked.flatMap(({ path, problems }) => problems.map((one) => lineOf(path, one))));
  const right = checked.filter(({ problems }) => problems.length === 0).map(({ path }) => `${path} is right.`);
  out.result({ files: checked.map(({ path, problems }) => ({ path, problems })) }, [...lines, ...right]);
  return lines.length === 0 ? exitCodes.ok : exitCodes.failed;
}

/** The file with its problems; cron expressions are asked of the daemon, which knows them. */
async function checkFile(session: Session, file: FoundFile): Promise<Pick<DefinitionFile, 'path' | 'problems'>> {
  const { files, jobs } = await read(file);
  const problems = files.flatMap((one) => one.problems);
  const { problemAt } = await import('../../shared/definitions/parse.ts');
  for (const { name, definition } of jobs) {
    const { schedule } = definition;
    if (schedule === undefined) continue;
    const { cron, timezone } = typeof schedule === 'string' ? { cron: schedule } : schedule;
    try {
      await session.persistently((client) => client.cron({ cron, timezone }));
    } catch (error) {
      if (!(error instanceof JobdeckError) || requestErrors[error.code as RequestErrorCode] !== 400) throw error;
      const place = problemAt(file.text, { path: ['jobs', name, 'schedule'], says: '' });
      problems.push({ ...place, message: [error.message, error.hint ?? ''].join(' ').trim() });
    }
  }
  return { path: file.path, problems };
}

async function add({ session, out }: Cli, folder: string | undefined): Promise<number> {
  const file = await session.persistently((client) => client.addDefinitions(folderOf(folder)));
  out.result(file, [`${file.path} is in force: ${file.names.join(', ') || 'no jobs'}.`]);
  return exitCodes.ok;
}

async function rm({ session, out }: Cli, folder: string | undefined): Promise<number> {
  const named = folderOf(folder);
  await session.persistently((client) => client.removeDefinitions(named));
  out.result({ removed: 1 }, [`The schedules of ${named} are gone.`]);
  return exitCodes.ok;
}

async function schema({ out }: Cli): Promise<number> {
  const { jsonSchema } = await import('../../shared/definitions/schema.ts');
  const document = jsonSchema();
  out.result(document, [JSON.stringify(document, null, 2)]);
  return exitCodes.ok;
}

/** The folder that is named, or the nearest that has a file, or else this one. */
function folderOf(folder: string | undefined): string {
  const { cwd } = currentCaller();
  return folder === undefined ? (workspaceFile(cwd)?.workspace ?? cwd) : resolve(cwd, folder);
}

/** A file that is named. It is one of a workspace unless it is that of the home. */
function readNamed(path: string, home: string): FoundFile {
  try {
    const workspace = dirname(path) === resolve(home) ? null : dirname(dirname(path));
    return { path, workspace, text: readFileSync(path, 'utf8').replace(/^\uFEFF/, '') };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new JobdeckError('INVALID_DEFINITION', `${path} can’t be read: ${said}.`);
  }
}

/** A file as the daemon would tell of it. */
async function read({ path, workspace, text }: FoundFile): Promise<DefinitionList> {
  const { parseDefinitions } = await import('../../shared/definitions/parse.ts');
  const { definitions, problems } = parseDefinitions(text, { workspace: workspace !== null });
  const jobs = Object.entries(definitions?.jobs ?? {});
  const file: DefinitionFile = { path, workspace, problems, names: jobs.map(([name]) => name) };
  return { files: [file], jobs: jobs.map(([name, definition]) => ({ name, file: path, workspace, definition })) };
}

async function lineOf(path: string, problem: DefinitionFile['problems'][number]): Promise<string> {
  const { problemLine } = await import('../../shared/definitions/parse.ts');
  return `${printable(path)}:${printable(problemLine(problem))}`;
}

/** The jobs as a table, its head first; of files in `aside` schedules are not in force. */
function render(jobs: readonly DefinedJob[], aside: readonly string[]): string[] {
  if (jobs.length === 0) return [];
  const head = ['NAME', 'COMMAND', 'FILE', 'SCHEDULE'];
  const rows = jobs.map(({ name, file, definition: { command, schedule } }) => {
    const line = formatCommand(typeof command === 'string' ? { shell: command } : { argv: command });
    const cron = typeof schedule === 'object' ? schedule.cron : (schedule ?? '');
    const off = cron !== '' && aside.includes(file) ? ' (not in force)' : '';
    return [printable(name), cut(printable(line), commandWidth), printable(file), printable(cron) + off];
  });
  return renderColumns(head, rows);
}
