/** Files of definitions and what of them is in force: that of the home, and those of workspaces that were added. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parseDefinitions, problemLine } from '../../shared/definitions/parse.ts';
import type { Definitions as DefinitionsFile } from '../../shared/definitions/schema.ts';
import type { DefinitionFile, DefinitionList, DefinitionProblem } from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { Clock } from '../clock.ts';
import type { WarningSink } from '../jobs/writer.ts';
import type { Store } from '../store/store.ts';
import type { DefinitionFileRow } from '../store/tables/definitions.ts';
import { FileWatch } from './fileWatch.ts';
import { type InForceDeps, putInForce } from './inForce.ts';
import type { DefinitionCommands } from './ports.ts';

export interface DefinitionsDeps extends InForceDeps {
  store: Store;
  clock: Clock;
  warnings: WarningSink;
  /** Absolute path of the file in the daemon's home. */
  homeFile: string;
  /** The daemon's environment, for schedules. */
  env: Record<string, string | undefined>;
  onProblem(error: unknown, about: string): void;
}

/** A file that is watched. */
interface Watched {
  path: string;
  workspace: string | null;
  addedAt: number;
  /** The text in force; null for none. */
  text: string | null;
  definitions: DefinitionsFile;
  /** What is wrong with the file as it is now. */
  problems: DefinitionProblem[];
  watch: FileWatch;
}

const warningCode = 'INVALID_DEFINITION';
const nothing: DefinitionsFile = {};

export class Definitions implements DefinitionCommands {
  readonly #deps: DefinitionsDeps;
  readonly #files = new Map<string, Watched>();
  /** Files are read and put in force one after the other. */
  #queue: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
  }

  /** To be called once: puts in force what has changed while the daemon was away, and watches from now on. */
  async start(): Promise<void> {
    const { store, homeFile, clock } = this.#deps;
    const rows = store.read((all) => all.definitions.all());
    if (!rows.some(({ path }) => path === homeFile)) {
      rows.unshift({ path: homeFile, workspace: null, text: null, addedAt: clock.now() });
    }
    for (const row of rows) this.#files.set(row.path, this.#watch(row));
    for (const path of [...this.#files.keys()]) await this.#soon(() => this.#look(path));
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
    return this.#soon(async () => {
      const known = this.#files.get(path);
      if (known !== undefined) {
        await this.#look(path);
        return toFile(known);
      }
      const text = await readText(path);
      if (text === null) {
        throw new JobdeckError(
          'INVALID_DEFINITION',
          `There is no ${path}.`,
          'Make it first; see: jobdeck define schema',
        );
      }
      return this.#addFile({ path, workspace, text: null, addedAt: this.#deps.clock.now() }, text);
    });
  }

  async remove(folder: string): Promise<void> {
    const { path } = workspaceFile(folder);
    return this.#soon(async () => {
      const file = this.#files.get(path);
      if (file === undefined || file.workspace === null) {
        const hint = 'See those there are with: jobdeck define list';
        throw new JobdeckError('UNKNOWN_DEFINITION', `${path} was not added.`, hint);
      }
      await this.#deps.schedules.define(path, []);
      await this.#deps.store.write((tx) => tx.removeDefinitionFile(path));
      file.watch.close();
      this.#files.delete(path);
      this.#warn();
    });
  }

  /** Watches no more; resolves when what is under way is done. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { watch } of this.#files.values()) watch.close();
    await this.#queue;
  }

  async #addFile(row: DefinitionFileRow, text: string): Promise<DefinitionFile> {
    const { store } = this.#deps;
    const { path } = row;
    // First of all, so that no schedule can be left that no file is known of.
    await store.write((tx) => tx.putDefinitionFile(row));
    const { definitions, problems } = await this.#putInForce(row, text);
    if (definitions === null) {
      await store.write((tx) => tx.removeDefinitionFile(path));
      throw refusal(path, problems);
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
      this.#soon(() => this.#look(path)).catch((error: unknown) => onProblem(error, `putting ${path} in force`));
    };
    const watch = new FileWatch({ path, clock, onChange, onProblem });
    return { path, workspace, addedAt, text, definitions: definitions ?? nothing, problems: [], watch };
  }

  /** Reads a file and puts in force what has changed; a wrong one leaves the last right one in force. */
  async #look(path: string): Promise<void> {
    const file = this.#files.get(path);
    if (file === undefined || this.#closed) return;
    try {
      const text = await readText(path);
      if (text === null) await this.#gone(file);
      else if (text === file.text && file.definitions !== nothing) file.problems = [];
      else await this.#changed(file, text);
    } catch (error) {
      file.problems = [{ path: '', line: 1, column: 1, message: whyNot(error) }];
      if (!(error instanceof JobdeckError)) this.#deps.onProblem(error, `putting ${path} in force`);
    }
    this.#warn();
  }

  async #changed(file: Watched, text: string): Promise<void> {
    const { definitions, problems } = await this.#putInForce(file, text);
    file.problems = problems;
    if (definitions === null) return;
    const { path, workspace, addedAt } = file;
    await this.#deps.store.write((tx) => tx.putDefinitionFile({ path, workspace, addedAt, text }));
    Object.assign(file, { text, definitions });
  }

  async #gone(file: Watched): Promise<void> {
    const { path, workspace, addedAt } = file;
    // That of the home need not be there.
    const message = 'The file is not there; its schedules have been removed.';
    file.problems = workspace === null ? [] : [{ path: '', line: 1, column: 1, message }];
    if (file.text === null) return;
    await this.#deps.schedules.define(path, []);
    await this.#deps.store.write((tx) => {
      if (workspace === null) tx.removeDefinitionFile(path);
      else tx.putDefinitionFile({ path, workspace, addedAt, text: null });
    });
    Object.assign(file, { text: null, definitions: nothing });
    this.#deps.log.info('A file of definitions was removed, and its schedules with it.', { file: path });
  }

  async #putInForce(
    { path, workspace }: Pick<Watched, 'path' | 'workspace'>,
    text: string,
  ): Promise<{ definitions: DefinitionsFile | null; problems: DefinitionProblem[] }> {
    const { definitions, problems } = parseDefinitions(text, { workspace: workspace !== null });
    if (definitions === null) return { definitions, problems };
    const { env } = this.#deps;
    const folder = workspace ?? homedir();
    const around = { workspace, folder, env, sendEnv: false, inputs: {}, createdBy: null };
    const refused = await putInForce({ path, text, definitions, around }, this.#deps);
    return refused.length > 0 ? { definitions: null, problems: refused } : { definitions, problems: [] };
  }

  /** One warning for all files that are wrong now. */
  #warn(): void {
    const wrong = [...this.#files.values()].filter(({ problems }) => problems.length > 0);
    if (wrong.length === 0) {
      this.#deps.warnings.clear(warningCode);
      return;
    }
    const message = wrong.map(({ path, problems }) => firstOf(path, problems)).join(' ');
    const hint =
      'A wrong file leaves in force what was right before. One that is gone is forgotten by: jobdeck define rm FOLDER';
    this.#deps.warnings.set({ code: warningCode, message, hint });
  }

  #soon<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(task);
    // What fails is the caller's to report, and keeps the next from nothing.
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

function toFile({ path, workspace, problems, definitions }: Watched): DefinitionFile {
  return { path, workspace, problems, names: Object.keys(definitions.jobs ?? {}) };
}

function firstOf(path: string, problems: readonly DefinitionProblem[]): string {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return `${path}:${first === undefined ? '' : problemLine(first)}${more}`;
}

function refusal(path: string, problems: readonly DefinitionProblem[]): JobdeckError {
  return new JobdeckError('INVALID_DEFINITION', firstOf(path, problems), 'See all with: jobdeck define check');
}

function workspaceFile(folder: string): { workspace: string; path: string } {
  if (!isAbsolute(folder)) {
    throw new JobdeckError('INVALID_REQUEST', `The folder ${folder} is not an absolute path.`, 'Give its whole path.');
  }
  const workspace = resolve(folder);
  return { workspace, path: join(workspace, '.vscode', 'jobs.json') };
}

/** The text of a file; null when there is none. */
async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    const said = error instanceof Error ? error.message : String(error);
    throw new JobdeckError('INVALID_DEFINITION', `The file can’t be read: ${said}.`);
  }
}

function whyNot(error: unknown): string {
  if (error instanceof JobdeckError) return error.hint === null ? error.message : `${error.message} ${error.hint}`;
  return `It could not be put in force: ${error instanceof Error ? error.message : String(error)}. See daemon.log.`;
}
