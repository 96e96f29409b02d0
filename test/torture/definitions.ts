/** The definition file of a round: its schedule stays active, whatever happens to the file. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { provenCommands } from './kinds.ts';
import type { Ledger } from './ledger.ts';
import { againMs, type Requests } from './requests.ts';

export const definedName = 'defined';

/** Milliseconds that the daemon may take to read a file again. */
const patience = 90_000;

export interface DefinitionsDeps {
  requests: Requests;
  ledger: Ledger;
  violation(text: string): void;
}

export class Definitions {
  readonly #workspace: string;
  readonly #deps: DefinitionsDeps;
  readonly file: string;
  /** Whether the daemon has acknowledged it. */
  isActive = false;

  constructor(workspace: string, env: Record<string, string>, deps: DefinitionsDeps) {
    this.#workspace = workspace;
    this.#deps = deps;
    const folder = join(workspace, '.vscode');
    this.file = join(folder, 'jobs.json');
    const command = provenCommands.quick.argv.map((word) => word.replaceAll('${', '$$${'));
    const job = { command, env, schedule: '*/3 * * * * *', queue: definedName };
    mkdirSync(folder);
    writeFileSync(this.file, JSON.stringify({ queues: { [definedName]: {} }, jobs: { [definedName]: job } }));
  }

  async add(): Promise<void> {
    await this.#deps.requests.untilDone((client) => client.addDefinitions(this.#workspace));
    this.isActive = true;
  }

  /** Checks that the schedule is active, which a damaged database may have lost. */
  async check(during: string): Promise<void> {
    const { requests, ledger, violation } = this.#deps;
    if (!this.isActive) return;
    const schedules = (await requests.untilDone((client) => client.schedules())) ?? [];
    const isThere = schedules.some(({ name }) => name === definedName);
    if (!isThere && ledger.loss === null) violation(`The schedule of the definition file is missing ${during}.`);
  }

  /** Checks that the file is read again after it was restored, and deactivates it. */
  async settle(): Promise<void> {
    const { requests, violation } = this.#deps;
    await this.check('at the end');
    for (const until = Date.now() + patience; ; await pause(againMs)) {
      const { files = [] } = (await requests.untilDone((client) => client.definitions())) ?? {};
      const problems = files.find(({ path }) => path === this.file)?.problems ?? [];
      if (problems.length === 0) break;
      if (Date.now() < until) continue;
      violation(`The definition file is not read again: ${JSON.stringify(problems)}`);
      break;
    }
    await requests.untilDone((client) => client.removeDefinitions(this.#workspace), { known: ['UNKNOWN_DEFINITION'] });
  }
}
