/**
 * `npm test`: builds, then runs every suite (or those named: `npm test -- unit daemon`) and ends with the line
 * `N passed, N failed` over all of them. What could not run has failed.
 */

import { provideCelery, provideRabbit } from '../../tools/host/celery.ts';
import { describeError, HostError } from '../../tools/host/hostError.ts';
import { root } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { type Log, provideBrowser, provideWorkbench } from '../../tools/host/provision.ts';
import { provideShells } from '../../tools/host/shells.ts';
import { runInHost } from './inHost.ts';
import { runMocha } from './mochaRun.ts';
import { couldNotRun, type Outcome } from './outcome.ts';

interface Suite {
  about: string;
  /** Gets what it needs and the machine lacks. One that is missing is a failure. */
  provide?(log: Log): Promise<unknown>;
  /** Shows its results as they come, or hands them to `held` at the end. */
  run(held?: (output: string) => void): Promise<Outcome>;
  /** Runs from sources alone, so a failing build does not keep it from running. */
  needsNoBuild?: true;
}

const log = (line: string) => console.log(line);

/** A suite of mocha: the test files of a folder, so many at the same time. */
const mocha = (folder: string, jobs = 1): Suite['run'] => {
  return (held) => runMocha(folder, { held, jobs });
};

const suites: Record<string, Suite> = {
  unit: {
    about: 'pure parts, without daemon or editor',
    // What supervises a job is run by each of them.
    provide: provideShells,
    run: mocha('unit'),
    needsNoBuild: true,
  },
  // It has shells complete words, and the pages of a browser attack.
  daemon: {
    about: 'the built daemon and command line as processes',
    provide: async () => {
      await provideShells(log);
      await provideBrowser(log);
    },
    run: mocha('daemon'),
  },
  torture: { about: 'the daemon killed, starved and cut off while it works', run: mocha('torture') },
  celery: { about: 'a real Celery worker with Redis', provide: provideCelery, run: mocha('celery') },
  engines: {
    about: 'real engines beyond this machine: Celery over Redis and RabbitMQ',
    provide: async () => {
      await provideCelery(log);
      await provideRabbit(log);
    },
    run: mocha('engines'),
  },
  editor: {
    about: 'inside the extension host of a real VS Code',
    // For where desktop VS Code can't be had. Which of both it is it finds out itself, and says what is missing.
    provide: () => provideWorkbench(log).catch(() => undefined),
    run: () => runInHost(log),
  },
  // Two editors at the same time: each mostly waits to be drawn.
  walk: { about: 'a real workbench by click and key', provide: provideWorkbench, run: mocha('walk', 2) },
  package: { about: 'the VSIX, installed into an empty VS Code', provide: provideWorkbench, run: mocha('package') },
};

/**
 * What runs beside each other: the suites of a row one after the other, the rows of a stage at the same time, for most
 * of them wait most of the time. An editor wants the machine for itself.
 */
const stages = [[['unit', 'torture', 'celery'], ['daemon'], ['engines']], [['editor', 'walk', 'package']]];

/** Builds everything; says whether that worked. */
async function build(): Promise<boolean> {
  const { code } = await run(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  return code === 0;
}

/** Runs suites, whatever becomes of each. Their outcomes are in the order of `suites`. */
async function runSuites(names: string[]): Promise<Map<string, Outcome>> {
  const wanted = Object.keys(suites).filter((name) => names.includes(name));
  const outcomes = new Map(wanted.map((name) => [name, couldNotRun('It was not run.')]));
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
 * Begins to provide what suites need, in their order and one after the other, since installers lock each other out. A
 * suite begins when its own is there; the promise of one that can't be had is rejected.
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

/** Runs a suite when what it needs is there, and shows how it went: at once, or as one text by `print`. */
async function runSuite(
  name: string,
  { built, provided }: { built: boolean; provided: Promise<unknown> | undefined },
  print?: (text: string) => void,
): Promise<Outcome> {
  const suite = suites[name];
  if (!suite) throw new Error(`There is no suite ${name}.`);
  const show = print ?? ((text: string) => process.stdout.write(text));
  let outcome: Outcome;
  let began = Date.now();
  try {
    await provided;
    began = Date.now();
    show(`\n━━ ${name}: ${suite.about}\n`);
    outcome = built || suite.needsNoBuild ? await suite.run(print) : couldNotRun('It needs the build, which failed.');
  } catch (error) {
    outcome = couldNotRun(describeError(error));
  }
  const seconds = Math.round((Date.now() - began) / 1000);
  show(`${name}: ${outcome.passed} passed, ${outcome.failed} failed (${seconds} s)\n`);
  return outcome;
}

/** The names asked for, or all. Throws a HostError for one that is no suite. */
function wantedSuites(args: string[]): string[] {
  const unknown = args.filter((name) => !(name in suites));
  if (unknown.length === 0) return args.length === 0 ? Object.keys(suites) : args;
  throw new HostError(`No such suite: ${unknown.join(', ')}.`, `Suites: ${Object.keys(suites).join(', ')}.`);
}

try {
  const outcomes = await runSuites(wantedSuites(process.argv.slice(2)));
  let [passed, failed] = [0, 0];
  // All that went wrong once more at the end, where it is found among thousands of lines.
  for (const [name, { problems }] of outcomes) for (const problem of problems) log(`\n${name}: ${problem}`);
  log('');
  for (const [name, outcome] of outcomes) {
    passed += outcome.passed;
    failed += outcome.failed;
    log(`${name.padEnd(8)} ${String(outcome.passed).padStart(5)} passed ${String(outcome.failed).padStart(4)} failed`);
  }
  process.exitCode = failed === 0 ? 0 : 1;
  log(`${passed} passed, ${failed} failed`);
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 2;
}
