/** The schedules of this window's definition files that the daemon does not run, and why. */
import * as vscode from 'vscode';
import type { DefinitionList, DefinitionProblem } from '../../shared/definitions/wire.ts';
import { formatCommand } from '../../shared/format.ts';
import type { Schedule } from '../../shared/schedule.ts';
import type { Disposable } from '../base/event.ts';
import type { DaemonAccess, FeedHints } from '../daemon/access.ts';
import { Reading } from '../daemon/reading.ts';
import type { DefinitionFile, DefinitionFiles } from './definitionFiles.ts';

/** Milliseconds between two readings. */
const pace = 500;

export interface InactiveSchedule {
  /** Path of the file. */
  readonly file: string;
  readonly name: string;
  readonly cron: string;
  readonly command: string;
  /** Why the daemon can't run it. Null if the file, or its change, was not activated. */
  readonly problem: DefinitionProblem | null;
}

export interface InactiveSchedulesDeps {
  readonly files: Pick<DefinitionFiles, 'files' | 'onDidChange'>;
  readonly access: DaemonAccess & FeedHints;
}

interface Known {
  readonly definitions: DefinitionList;
  readonly schedules: readonly Schedule[];
}

export class InactiveSchedules implements vscode.Disposable {
  readonly #files: InactiveSchedulesDeps['files'];
  readonly #reading: Reading<Known>;
  readonly #changes = new vscode.EventEmitter<void>();
  readonly #subscriptions: Disposable[];
  #list: readonly InactiveSchedule[] = [];
  #warnings = '';

  readonly onDidChange = this.#changes.event;

  constructor({ files, access }: InactiveSchedulesDeps) {
    this.#files = files;
    this.#reading = new Reading<Known>({
      access,
      pace,
      read: async (client) => {
        const [definitions, schedules] = await Promise.all([client.definitions(), client.schedules()]);
        return { definitions, schedules };
      },
    });
    this.#subscriptions = [
      this.#reading.onDidRead(() => this.#update()),
      files.onDidChange(() => this.#filesChanged()),
      access.onDidHint((changed) => changed.includes('schedules') && this.#reading.mayHaveChanged()),
      // A change that waits for a review, or a problem of a file, is a warning of the daemon.
      access.onDidChangeState(({ warnings }) => {
        const now = JSON.stringify(warnings);
        if (now !== this.#warnings) this.#reading.mayHaveChanged();
        this.#warnings = now;
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#update()),
    ];
    this.#filesChanged();
  }

  /** In the order of the files. */
  get list(): readonly InactiveSchedule[] {
    return this.#list;
  }

  /** The one of this job, or undefined. */
  of(file: string, name: string): InactiveSchedule | undefined {
    return this.#list.find((one) => one.file === file && one.name === name);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#reading.dispose();
    this.#changes.dispose();
  }

  /** Windows without schedules ask for nothing. */
  #filesChanged(): void {
    this.#reading.setVisible(this.#files.files.some(({ reading }) => reading.schedules > 0));
    this.#update();
  }

  #update(): void {
    const known = this.#reading.value;
    const now =
      known === undefined || !vscode.workspace.isTrusted
        ? []
        : this.#files.files.flatMap((file) => inactiveIn(file, known));
    if (JSON.stringify(now) === JSON.stringify(this.#list)) return;
    this.#list = now;
    this.#changes.fire();
  }
}

/** The schedules of a file that the daemon does not have. */
function inactiveIn({ uri, folder, reading }: DefinitionFile, { definitions, schedules }: Known): InactiveSchedule[] {
  const path = uri.fsPath;
  const active = definitions.files.find((file) => file.path === path);
  return reading.jobs.flatMap(({ name, definition }) => {
    const { schedule, command = '' } = definition ?? {};
    if (schedule === undefined || schedules.some((one) => one.source === path && one.name === name)) return [];
    const problem = active?.problems.find((one) => isIn(one, name)) ?? null;
    // The daemon is just reading the file.
    if (problem === null && (folder === null || (active !== undefined && active.pending === null))) return [];
    return [
      {
        file: path,
        name,
        cron: typeof schedule === 'string' ? schedule : schedule.cron,
        command: formatCommand(typeof command === 'string' ? { shell: command } : { argv: command }),
        problem,
      },
    ];
  });
}

function isIn({ path }: DefinitionProblem, name: string): boolean {
  return path === `jobs.${name}` || path.startsWith(`jobs.${name}.`);
}
