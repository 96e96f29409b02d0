/**
 * `npm test`: builds, runs all suites or the named ones (`npm test -- unit daemon`), and ends with the line
 * `N passed, N failed` for all of them. A suite that can't run counts as a failure.
 */

import { provideCelery, provideRabbit } from '../../tools/host/celery.ts';
import { describeError, HostError } from '../../tools/host/hostError.ts';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { type Log, provideBrowser, provideWorkbench } from '../../tools/host/provision.ts';
import { provideShells } from '../../tools/host/shells.ts';
import { runInHost } from './inHost.ts';
import { type MochaOptions, runMocha } from './mochaRun.ts';
import { couldNotRun, type Outcome } from './outcome.ts';
import { summarize } from './summary.ts';

interface Suite {
  about: string;
  /** Installs missing requirements. A suite whose requirements can't be met fails. */
  provide?(log: Log): Promise<unknown>;
  /** Shows results immediately, or passes them to `held` at the end. */
  run(held?: (output: string) => void): Promise<Outcome>;
  /** Runs from sources, so it also runs if the build failed. */
  needsNoBuild?: true;
}

const log = (line: string) => console.log(line);

/** A mocha suite: the test files in a folder of `test/`. */
const mocha = (folder: string, options: Omit<MochaOptions, 'held'> = {}): Suite['run'] => {
  return (held) => runMocha(folder, { held, ...options });
};

/** Unit tests that run processes or draw many random examples, the longest first. */
const longUnits = [
  'daemon/engines/local/supervising/supervisor',
  'daemon/engines/local/{running,**/{input,escape}}',
  'daemon/store/resume',
  'daemon/{jobs,api}/{*Properties,fuzz}',
  'daemon/engines/local/**/*',
  'shared/definitions/shellLine',
];

const suites: Record<string, Suite> = {
  unit: {
    about: 'units, without daemon or editor',
    // Each test file may run the job supervisor.
    provide: provideShells,
    // More than cores, because many tests wait for processes.
    run: mocha('unit', { jobs: 3, first: longUnits }),
    needsNoBuild: true,
  },
  // Includes shell completion and attacks from browser pages.
  daemon: {
    about: 'the built daemon and command line',
    provide: async () => {
      await provideShells(log);
      await provideBrowser(log);
    },
    run: mocha('daemon'),
  },
  torture: { about: 'the daemon under crashes, full disks and lost connections', run: mocha('torture') },
  celery: { about: 'a real Celery worker with Redis', provide: provideCelery, run: mocha('celery') },
  engines: {
    about: 'remote engines: real Celery with Redis and RabbitMQ',
    provide: async () => {
      await provideCelery(log);
      await provideRabbit(log);
    },
    run: mocha('engines'),
  },
  editor: {
    about: 'inside the extension host of a real VS Code',
    // Installs the fallback in case desktop VS Code is unavailable. The suite chooses, and reports what is missing.
    provide: () => provideWorkbench(log).catch(() => undefined),
    run: () => runInHost(log),
  },
  // Two editors in parallel, because each mostly waits for rendering.
  walk: {
    about: 'a real workbench, driven by mouse and keyboard',
    provide: provideWorkbench,
    run: mocha('walk', { jobs: 2 }),
  },
  package: { about: 'the VSIX, installed into an empty VS Code', provide: provideWorkbench, run: mocha('package') },
};

/**
 * Which suites run in parallel. The suites in a row run one after another; the rows of a stage run in parallel, because
 * most of them mostly wait. Editors need the machine for themselves.
 */
const stages = [[['unit', 'torture', 'celery'], ['daemon'], ['engines']], [['editor', 'walk', 'package']]];

/** Builds everything. Returns whether the build succeeded. */
async function build(): Promise<boolean> {
  const { code } = await run(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  return code === 0;
}

/** Runs suites regardless of failures. Returns outcomes in the order of `suites`. */
async function runSuites(names: string[]): Promise<Map<string, Outcome>> {
  const wanted = Object.keys(suites).filter((name) => names.includes(name));
  const outcomes = new Map(wanted.map((name) => [name, couldNotRun('The suite did not run.')]));
  const built = await build();
  if (!built) outcomes.set('build', couldNotRun('The build failed.'));
  const provided = provideAll(wanted);
  for (const stage of stages) {
    const rows = stage.map((row) => row.filter((name) => wanted.includes(name))).filter((row) => row.length > 0);
    const held: string[] = [];
    const runRow = async (row: string[], print?: (text: string) => void) => {
      for (const name of row) outcomes.set(name, await runSuite(name, { built, provided: provided.get(name) }, print));
    };
    await Promise.all(rows.map((row, index) => runRow(row, index === 0 ? undefined : (text) => held.push(text))));
    for (const text of held) process.stdout.write(text);
  }
  return outcomes;
}

/**
 * Installs the requirements of suites one after another, because package managers lock each other out. A suite starts
 * as soon as its own requirements are met; the promise rejects if they can't be.
 */
function provideAll(names: string[]): Map<string, Promise<unknown>> {
  const provided = new Map<string, Promise<unknown>>();
  let before: Promise<unknown> = Promise.resolve();
  for (const name of names) {
    const own = before.then(() => suites[name]?.provide?.(log));
    provided.set(name, own);
    before = own.catch(() => {});
  }
  return provided;
}

/** Runs a suite once its requirements are met. Shows results immediately, or passes them to `print`. */
async function runSuite(
  name: string,
  { built, provided }: { built: boolean; provided: Promise<unknown> | undefined },
  print?: (text: string) => void,
): Promise<Outcome> {
  const suite = suites[name];
  if (!suite) throw new Error(`Unknown suite: ${name}.`);
  const show = print ?? ((text: string) => process.stdout.write(text));
  let outcome: Outcome;
  let began = Date.now();
  try {
    await provided;
    began = Date.now();
    show(`\n━━ ${name}: ${suite.about}\n`);
    outcome =
      built || suite.needsNoBuild ? await suite.run(print) : couldNotRun('The suite needs the build, which failed.');
  } catch (error) {
    outcome = couldNotRun(describeError(error));
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  show(`${name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)\n`);
  return outcome;
}

/** The requested suites, or all. Throws a HostError for unknown names. */
function wantedSuites(args: string[]): string[] {
  const unknown = args.filter((name) => !(name in suites));
  if (unknown.length === 0) return args.length === 0 ? Object.keys(suites) : args;
  throw new HostError(`No such suite: ${unknown.join(', ')}.`, `Suites: ${Object.keys(suites).join(', ')}.`);
}

try {
  const outcomes = await runSuites(wantedSuites(process.argv.slice(2)));
  for (const line of summarize(outcomes, process.env.CI ? { maxLines: 50 } : {})) log(line);
  process.exitCode = [...outcomes.values()].every(({ failed }) => failed === 0) ? 0 : 1;
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 2;
}
