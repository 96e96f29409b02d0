/** Keeps the definition files active: the one in the home, and those of workspaces that were added. */
import { homedir } from 'node:os';
import { changesBetween, contentOf } from '../../shared/definitions/content.ts';
import { fileProblem, parseDefinitions } from '../../shared/definitions/parse.ts';
import type { Definitions as DefinitionsFile } from '../../shared/definitions/schema.ts';
import type {
  DefinitionFile,
  DefinitionList,
  DefinitionProblem,
  PendingDefinitions,
} from '../../shared/definitions/wire.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { definitionFileMessage, definitionFileProblem } from '../../shared/messages/definitionFiles.ts';
import type { Clock } from '../clock.ts';
import { defaultQueue } from '../jobs/queues/queue.ts';
import type { WarningSink } from '../jobs/writer.ts';
import { isStorageError } from '../store/errors.ts';
import type { Store } from '../store/store.ts';
import type { DefinitionFileRow } from '../store/tables/definitions.ts';
import { type ActivateDeps, activate } from './activate.ts';
import { activationProblem, summaryOf, warnAbout } from './fileWarnings.ts';
import { FileWatch } from './fileWatch.ts';
import type { DefinitionCommands } from './ports.ts';
import { readText } from './readText.ts';
import { inTurn, settled } from './turns.ts';
import { Unsaved } from './unsaved.ts';
import { digestOf, lastValid, usable } from './usable.ts';
import { type Active, toFile, type UsableFile, type Watched } from './watched.ts';
import { workspaceFile } from './workspaceFile.ts';

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

const noDefinitions: DefinitionsFile = {};

export class Definitions implements DefinitionCommands {
  readonly #deps: DefinitionsDeps;
  readonly #files = new Map<string, Watched>();
  readonly #unsaved: Unsaved;
  /** Files are read and activated one at a time. */
  readonly #turns = inTurn();
  #closed = false;

  constructor(deps: DefinitionsDeps) {
    this.#deps = deps;
    this.#unsaved = new Unsaved(deps.clock, (path) => this.#refreshLater(path));
  }

  /** Activates what changed while the daemon was not running, and starts to watch. Call it once. */
  async start(): Promise<void> {
    const { store, homeFile, clock } = this.#deps;
    const rows = store.read((all) => all.definitions.all());
    if (!rows.some(({ path }) => path === homeFile)) {
      rows.unshift({ path: homeFile, workspace: null, text: null, addedAt: clock.now() });
    }
    for (const row of rows) this.#files.set(row.path, this.#watch(row));
    const start = async (file: Watched) => {
      await this.#migrate(file);
      // Otherwise a change in between would be missed.
      await file.watch.ready;
      await this.#refresh(file.path);
    };
    await Promise.all([...this.#files.values()].map(start));
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

  async add(folder: string, digest?: string): Promise<DefinitionFile> {
    const { workspace, path } = workspaceFile(folder);
    const read = await settled(readText(path));
    return this.#turns.add(async () => {
      const text = await read();
      const known = this.#files.get(path);
      if (known !== undefined && text === null) {
        await this.#update(path, read);
        const unsaved = this.#unsaved.of(path);
        if (unsaved !== null) throw unsaved;
        return toFile(known);
      }
      if (text === null) throw definitionFileProblem('INVALID_DEFINITION/fileMissing', { path });
      if (known !== undefined) return this.#agree(known, text, digest);
      return this.#addFile({ path, workspace, text: null, addedAt: this.#deps.clock.now() }, text, digest);
    });
  }

  async remove(folder: string): Promise<void> {
    const { path } = workspaceFile(folder);
    return this.#turns.add(async () => {
      const file = this.#files.get(path);
      if (file === undefined || file.workspace === null) {
        throw definitionFileProblem('UNKNOWN_DEFINITION', { path });
      }
      await this.#deps.schedules.define(path, []);
      await this.#deps.queues.release(path, new Set());
      await this.#deps.store.write((tx) => tx.removeDefinitionFile(path));
      file.watch.close();
      this.#files.delete(path);
      this.#unsaved.delete(path);
      this.#warn();
    });
  }

  /** Stops watching. Resolves when pending work is done. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#unsaved.close();
    for (const { watch } of this.#files.values()) watch.close();
    await this.#turns.done();
  }

  async #addFile(row: DefinitionFileRow, text: string, digest: string | undefined): Promise<DefinitionFile> {
    const { store } = this.#deps;
    const { path } = row;
    // First, so that no schedule can remain whose file is unknown.
    await store.write((tx) => tx.putDefinitionFile(row));
    let active: Active;
    try {
      active = await this.#activateAgreed({ ...row, definitions: noDefinitions }, text, digest);
    } catch (error) {
      await store.write((tx) => tx.removeDefinitionFile(path));
      throw error;
    }
    const file = Object.assign(this.#watch({ ...row, text: active.text }), active);
    this.#files.set(path, file);
    await file.watch.ready;
    this.#warn();
    return toFile(file);
  }

  /** Activates the content of a known file, because the user asked for it. */
  async #agree(file: Watched, text: string, digest: string | undefined): Promise<DefinitionFile> {
    Object.assign(file, await this.#activateAgreed(file, text, digest), { pending: null });
    this.#unsaved.delete(file.path);
    this.#warn();
    return toFile(file);
  }

  /**
   * Activates a text and remembers its content as agreed.
   * @throws JobdeckError INVALID_DEFINITION if nothing in it can be used; DEFINITION_CHANGED if the content is another
   * one than the given
   */
  async #activateAgreed(
    row: Omit<DefinitionFileRow, 'text'> & Pick<Watched, 'definitions'>,
    text: string,
    wanted: string | undefined,
  ): Promise<Active> {
    const { store, clock } = this.#deps;
    const { path, workspace } = row;
    const parsed = parseDefinitions(text, { workspace: workspace !== null });
    const content = usable(parsed, row.definitions);
    if (content === null) throw refused(path, parsed.problems);
    const digest = digestOf(content);
    if (wanted !== undefined && digest !== wanted) throw definitionFileProblem('DEFINITION_CHANGED', { path });
    const wasAgreed = store.read((rows) => rows.definitions.isAgreed(path, digest));
    // First, so that the content is activated at the next start if the daemon ends in the meantime.
    await store.write((tx) => tx.agreeToDefinitions(path, digest, clock.now()));
    try {
      const how = { isFirst: row.definitions === noDefinitions };
      return await this.#activate(row, text, { ...parsed, definitions: content }, how);
    } catch (error) {
      if (!wasAgreed) await store.write((tx) => tx.disagreeWithDefinitions(path, digest));
      throw error;
    }
  }

  #watch(row: DefinitionFileRow): Watched {
    const { path, workspace, addedAt, text } = row;
    const { clock } = this.#deps;
    const { definitions } =
      text === null ? { definitions: null } : parseDefinitions(text, { workspace: workspace !== null });
    const onChange = () => this.#refreshLater(path);
    const onWatching = (problem: unknown) => {
      const file = this.#files.get(path);
      if (file === undefined) return;
      file.watchProblem = problem;
      this.#warn();
    };
    const watch = new FileWatch({ path, clock, onChange, onWatching });
    return {
      ...{ path, workspace, addedAt, text, watch, pending: null, watchProblem: watch.problem },
      definitions: definitions ?? noDefinitions,
      problems: [],
    };
  }

  /**
   * Records the active content of a file that was added by an earlier version as agreed, and its queues as its own. Files
   * were trusted as a whole then.
   */
  async #migrate({ path, workspace, definitions, text }: Watched): Promise<void> {
    const { store, clock, queues } = this.#deps;
    const digest = digestOf(definitions);
    if (workspace === null || text === null || store.read((rows) => rows.definitions.isAgreed(path, digest))) return;
    const sources = queues.sources();
    const own = Object.keys(definitions.queues ?? {}).filter(
      (name) => name !== defaultQueue && sources.get(name) === null,
    );
    await queues.define(path, new Map(own.map((name) => [name, {}])));
    await store.write((tx) => tx.agreeToDefinitions(path, digest, clock.now()));
  }

  /** Reads a file and activates its changes. It is read before its turn, so that it holds up no other file. */
  async #refresh(path: string): Promise<void> {
    const read = await settled(readText(path));
    await this.#turns.add(() => this.#update(path, read));
  }

  #refreshLater(path: string): void {
    this.#refresh(path).catch((error: unknown) => this.#deps.onProblem(error, `activating ${path}`));
  }

  /** Activates the changes of a file. If it is not valid or not agreed to, the last version stays active. */
  async #update(path: string, read: () => Promise<string | null>): Promise<void> {
    const file = this.#files.get(path);
    if (file === undefined || this.#closed) return;
    const wasUnsaved = this.#unsaved.of(path) !== null;
    try {
      const text = await read();
      if (text === null) await this.#deleted(file);
      else if (text === file.text && file.definitions !== noDefinitions && !wasUnsaved)
        Object.assign(file, { problems: [], pending: null });
      else await this.#changed(file, text, wasUnsaved);
      this.#unsaved.delete(path);
    } catch (error) {
      if (isStorageError(error)) this.#unsaved.add(path, error);
      else {
        this.#unsaved.delete(path);
        file.problems = [fileProblem(activationProblem(error))];
      }
      if (!(error instanceof JobdeckError)) this.#deps.onProblem(error, `activating ${path}`);
    }
    this.#warn();
  }

  /** `wasUnsaved`: an earlier try may have changed a part, so queues are set again. */
  async #changed(file: Watched, text: string, wasUnsaved: boolean): Promise<void> {
    const { workspace } = file;
    const parsed = parseDefinitions(text, { workspace: workspace !== null });
    const definitions = usable(parsed, file.definitions);
    if (definitions === null) {
      Object.assign(file, { problems: parsed.problems, pending: null });
      return;
    }
    const isSame = file.text !== null && digestOf(definitions) === digestOf(file.definitions);
    file.pending = workspace === null || isSame ? null : this.#pendingIn(file, definitions);
    file.problems = parsed.problems;
    if (file.pending !== null) return;
    // With the same content, only looks or problems have changed. Queues keep what was changed since.
    Object.assign(
      file,
      await this.#activate(file, text, { ...parsed, definitions }, { keepQueues: isSame && !wasUnsaved }),
    );
  }

  /** The changes in a file, unless the user agreed to its content before. */
  #pendingIn({ path, definitions: active }: Watched, definitions: DefinitionsFile): PendingDefinitions | null {
    const digest = digestOf(definitions);
    if (this.#deps.store.read((rows) => rows.definitions.isAgreed(path, digest))) return null;
    return { digest, changes: changesBetween(contentOf(active), contentOf(definitions)) };
  }

  async #deleted(file: Watched): Promise<void> {
    const { path, workspace, addedAt } = file;
    // The file in the home is optional.
    const problems = workspace === null ? [] : [fileProblem(definitionFileMessage('definitionFile.missing'))];
    if (file.text === null) {
      Object.assign(file, { problems, pending: null });
      return;
    }
    await this.#deps.schedules.define(path, []);
    await this.#deps.store.write((tx) => {
      if (workspace === null) tx.removeDefinitionFile(path);
      else tx.putDefinitionFile({ path, workspace, addedAt, text: null });
    });
    Object.assign(file, { text: null, definitions: noDefinitions, problems, pending: null });
    this.#deps.log.info('A definition file was deleted, and its schedules were removed.', { file: path });
  }

  /** Activates what is usable in a file, and stores it. */
  async #activate(
    { path, workspace, addedAt }: Omit<DefinitionFileRow, 'text'>,
    text: string,
    { definitions, broken, problems: found }: UsableFile,
    { keepQueues = false, isFirst = false },
  ): Promise<Active> {
    const { env, store } = this.#deps;
    const folder = workspace ?? homedir();
    const surroundings = {
      file: path,
      workspace,
      folder,
      env,
      sendEnv: false,
      inputs: {},
      createdBy: null,
      windows: process.platform === 'win32',
    };
    const file = { path, text, definitions, broken, surroundings };
    const { problems: more, isEmpty } = await activate(file, this.#deps, { keepQueues });
    const problems = [...found, ...more];
    if (isFirst && isEmpty && problems.length > 0) throw refused(path, problems);
    const active = { text: problems.length > 0 ? lastValid(definitions) : text, definitions, problems };
    await store.write((tx) => tx.putDefinitionFile({ path, workspace, addedAt, text: active.text }));
    return active;
  }

  #warn(): void {
    const files = [...this.#files.values()].map((file) => ({ ...file, unsaved: this.#unsaved.of(file.path) }));
    warnAbout(files, this.#deps.warnings);
  }
}

function refused(path: string, problems: readonly DefinitionProblem[]): JobdeckError {
  return definitionFileProblem('INVALID_DEFINITION/refused', { problem: summaryOf(path, problems) });
}
