/** Keeps the definition files active: the one in the home, and those of workspaces that were added. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { fileProblem, messageWithHint, parseDefinitions } from '../../shared/definitions/parse.ts';
import type { Definitions as DefinitionsFile } from '../../shared/definitions/schema.ts';
import type { DefinitionFile, DefinitionList, DefinitionProblem } from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { definitionFileMessage, definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import type { Message } from '../../shared/messages/schema.ts';
import type { Clock } from '../clock.ts';
import type { WarningSink } from '../jobs/writer.ts';
import type { Store } from '../store/store.ts';
import type { DefinitionFileRow } from '../store/tables/definitions.ts';
import { type ActivateDeps, activate } from './activate.ts';
import { FileWatch } from './fileWatch.ts';
import type { DefinitionCommands } from './ports.ts';

export interface DefinitionsDeps extends ActivateDeps {
  store: Store;
  clock: Clock;
  warnings: WarningSink;
  /** Absolute path of the file in the daemon's home. */
  homeFile: string;
  /** The daemon's environment, for schedules. */
  env: Record<string, string | undefined>;
  onProblem(error: unknown, about: string): void;
}

/** A file that is being watched. */
interface Watched {
  path: string;
  workspace: string | null;
  addedAt: number;
  /** The active text; null if there is none. */
  text: string | null;
  definitions: DefinitionsFile;
  /** Problems of the file as it is now. */
  problems: DefinitionProblem[];
  watch: FileWatch;
}

const warningCode = 'INVALID_DEFINITION';
const noDefinitions: DefinitionsFile = {};

export class Definitions implements DefinitionCommands {
  readonly #deps: DefinitionsDeps;
  readonly #files = new Map<string, Watched>();
  /** Files are read and activated one at a time. */
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
  }

  /** Activates what changed while the daemon was not running, and starts to watch. Call it once. */
  async start(): Promise<void> {
    const { store, homeFile, clock } = this.#deps;
    const rows = store.read((all) => all.definitions.all());
    if (!rows.some(({ path }) => path === homeFile)) {
      rows.unshift({ path: homeFile, workspace: null, text: null, addedAt: clock.now() });
    }
    for (const row of rows) this.#files.set(row.path, this.#watch(row));
    for (const path of [...this.#files.keys()]) await this.#enqueue(() => this.#update(path));
  }

  list(): DefinitionList {
    const files = [...this.#files.values()];
    return {
      files: files.map(toFile),
      jobs: files.flatMap(({ path, workspace, definitions }) =>
        Object.entries(definitions.jobs ?? {}).map(([name, definition]) => ({
          name,
          file: path,
          workspace,
          definition,
        })),
      ),
    };
  }

  async add(folder: string): Promise<DefinitionFile> {
    const { workspace, path } = workspaceFile(folder);
    return this.#enqueue(async () => {
      const known = this.#files.get(path);
      if (known !== undefined) {
        await this.#update(path);
        return toFile(known);
      }
      const text = await readText(path);
      if (text === null) {
        throw definitionFileProblem('INVALID_DEFINITION/fileMissing', { path });
      }
      return this.#addFile({ path, workspace, text: null, addedAt: this.#deps.clock.now() }, text);
    });
  }

  async remove(folder: string): Promise<void> {
    const { path } = workspaceFile(folder);
    return this.#enqueue(async () => {
      const file = this.#files.get(path);
      if (file === undefined || file.workspace === null) {
        throw definitionFileProblem('UNKNOWN_DEFINITION', { path });
      }
      await this.#deps.schedules.define(path, []);
      await this.#deps.store.write((tx) => tx.removeDefinitionFile(path));
      file.watch.close();
      this.#files.delete(path);
      this.#warn();
    });
  }

  /** Stops watching. Resolves when pending work is done. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { watch } of this.#files.values()) watch.close();
    await this.#queue;
  }

  async #addFile(row: DefinitionFileRow, text: string): Promise<DefinitionFile> {
    const { store } = this.#deps;
    const { path } = row;
    // First, so that no schedule can remain whose file is unknown.
    await store.write((tx) => tx.putDefinitionFile(row));
    const { definitions, problems } = await this.#activate(row, text);
    if (definitions === null) {
      await store.write((tx) => tx.removeDefinitionFile(path));
      throw definitionFileProblem('INVALID_DEFINITION/refused', { problem: summaryOf(path, problems) });
    }
    await store.write((tx) => tx.putDefinitionFile({ ...row, text }));
    const file = this.#watch({ ...row, text });
    this.#files.set(path, file);
    return toFile(file);
  }

  #watch(row: DefinitionFileRow): Watched {
    const { path, workspace, addedAt, text } = row;
    const { clock, onProblem } = this.#deps;
    const { definitions } =
      text === null ? { definitions: null } : parseDefinitions(text, { workspace: workspace !== null });
    const onChange = () => {
      this.#enqueue(() => this.#update(path)).catch((error: unknown) => onProblem(error, `activating ${path}`));
    };
    const watch = new FileWatch({ path, clock, onChange, onProblem });
    return { path, workspace, addedAt, text, definitions: definitions ?? noDefinitions, problems: [], watch };
  }

  /** Reads a file and activates its changes. If it is not valid, the last valid version stays active. */
  async #update(path: string): Promise<void> {
    const file = this.#files.get(path);
    if (file === undefined || this.#closed) return;
    try {
      const text = await readText(path);
      if (text === null) await this.#deleted(file);
      else if (text === file.text && file.definitions !== noDefinitions) file.problems = [];
      else await this.#changed(file, text);
    } catch (error) {
      file.problems = [fileProblem(reasonOf(error))];
      if (!(error instanceof JobdeckError)) this.#deps.onProblem(error, `activating ${path}`);
    }
    this.#warn();
  }

  async #changed(file: Watched, text: string): Promise<void> {
    const { definitions, problems } = await this.#activate(file, text);
    file.problems = problems;
    if (definitions === null) return;
    const { path, workspace, addedAt } = file;
    await this.#deps.store.write((tx) => tx.putDefinitionFile({ path, workspace, addedAt, text }));
    Object.assign(file, { text, definitions });
  }

  async #deleted(file: Watched): Promise<void> {
    const { path, workspace, addedAt } = file;
    // The file in the home is optional.
    file.problems = workspace === null ? [] : [fileProblem(definitionFileMessage('definitionFile.missing'))];
    if (file.text === null) return;
    await this.#deps.schedules.define(path, []);
    await this.#deps.store.write((tx) => {
      if (workspace === null) tx.removeDefinitionFile(path);
      else tx.putDefinitionFile({ path, workspace, addedAt, text: null });
    });
    Object.assign(file, { text: null, definitions: noDefinitions });
    this.#deps.log.info('A definition file was deleted, and its schedules were removed.', { file: path });
  }

  async #activate(
    { path, workspace }: Pick<Watched, 'path' | 'workspace'>,
    text: string,
  ): Promise<{ definitions: DefinitionsFile | null; problems: DefinitionProblem[] }> {
    const { definitions, problems } = parseDefinitions(text, { workspace: workspace !== null });
    if (definitions === null) return { definitions, problems };
    const { env } = this.#deps;
    const folder = workspace ?? homedir();
    const surroundings = {
      workspace,
      folder,
      env,
      sendEnv: false,
      inputs: {},
      createdBy: null,
      windows: process.platform === 'win32',
    };
    const rejected = await activate({ path, text, definitions, surroundings }, this.#deps);
    return rejected.length > 0 ? { definitions: null, problems: rejected } : { definitions, problems: [] };
  }

  /** Keeps one warning for all files that have problems. */
  #warn(): void {
    const invalid = [...this.#files.values()].filter(({ problems }) => problems.length > 0);
    const [first] = invalid;
    if (first === undefined) {
      this.#deps.warnings.clear(warningCode);
      return;
    }
    const files = invalid.map(({ path }) => path).join(', ');
    const problem = summaryOf(first.path, first.problems);
    this.#deps.warnings.set(
      invalid.length === 1
        ? definitionFileProblem.problem('INVALID_DEFINITION/oneFile', { problem })
        : definitionFileProblem.problem('INVALID_DEFINITION/severalFiles', { files, problem }),
    );
  }

  #enqueue<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(task);
    // The caller reports failures. They do not block the next task.
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function toFile({ path, workspace, problems, definitions }: Watched): DefinitionFile {
  return { path, workspace, problems, names: Object.keys(definitions.jobs ?? {}) };
}

/** The first problem with its place, and the number of the others. */
function summaryOf(path: string, problems: readonly DefinitionProblem[]): Message {
  const [first] = problems;
  if (first === undefined) throw new Error(`${path} has no problems.`);
  const { line, column, code, params, message } = first;
  const problem = { code, params, message };
  const count = problems.length - 1;
  return count > 0
    ? definitionFileMessage('definitionFile.problems', { path, line, column, problem, count })
    : definitionFileMessage('definitionFile.problem', { path, line, column, problem });
}

function workspaceFile(folder: string): { workspace: string; path: string } {
  if (!isAbsolute(folder)) {
    throw definitionFileProblem('INVALID_REQUEST/folder', { folder });
  }
  const workspace = resolve(folder);
  return { workspace, path: join(workspace, '.vscode', 'jobs.json') };
}

/** The text of a file; null if it does not exist. */
async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const reason = error instanceof Error ? error.message : String(error);
    throw definitionFileProblem('INVALID_DEFINITION/unreadable', { reason });
  }
}

function reasonOf(error: unknown): Message {
  if (error instanceof JobdeckError) return messageWithHint(error);
  const reason = error instanceof Error ? error.message : String(error);
  return definitionFileMessage('definitionFile.notActivated', { reason });
}
