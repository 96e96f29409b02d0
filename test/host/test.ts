/**
 * `npm test`: builds, then runs every suite (or those named: `npm test -- unit daemon`) and ends with the line
 * `N passed, N failed` over all of them. What could not run has failed.
 */

import { provideCelery } from './celery.ts';
import { describeError, HostError } from './hostError.ts';
import { runInHost } from './inHost.ts';
import { runMocha } from './mochaRun.ts';
import { couldNotRun, type Outcome } from './outcome.ts';
import { root } from './paths.ts';
import { run } from './processes.ts';
import { provideWorkbench } from './provision.ts';
import { provideShells } from './shells.ts';

interface Suite {
  about: string;
  run(): Promise<Outcome>;
  /** Runs from sources alone, so a failing build does not keep it from running. */
  needsNoBuild?: true;
}

const log = (line: string) => console.log(line);

/** A mocha suite that drives the browser-based VS Code, which is provided first. */
const inWorkbench = (folder: string) => async () => {
  await provideWorkbench(log);
  return await runMocha(folder);
};

/** The suite with Celery and Redis, which are provided first. */
async function withCelery(): Promise<Outcome> {
  await provideCelery(log);
  return await runMocha('celery');
}

/** The daemon suite, with the shells that it has complete words. */
async function withShells(): Promise<Outcome> {
  await provideShells(log);
  return await runMocha('daemon');
}

const suites: Record<string, Suite> = {
  unit: { about: 'pure parts, without daemon or editor', run: () => runMocha('unit'), needsNoBuild: true },
  daemon: { about: 'the built daemon and command line as processes', run: withShells },
  celery: { about: 'a real Celery worker with Redis', run: withCelery },
  editor: { about: 'inside the extension host of a real VS Code', run: () => runInHost(log) },
  walk: { about: 'a real workbench by click and key', run: inWorkbench('walk') },
  package: { about: 'the VSIX, installed into an empty VS Code', run: inWorkbench('package') },
};

/** Builds everything; says whether that worked. */
async function build(): Promise<boolean> {
  const { code } = await run(process.execPath, ['esbuild.mjs'], { cwd: root, stdio: 'inherit' });
  return code === 0;
}

/** Runs suites one after the other, whatever becomes of each. */
async function runSuites(names: string[]): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const built = await build();
  if (!built) outcomes.set('build', couldNotRun('The build failed.'));
  for (const [name, suite] of Object.entries(suites)) {
    if (!names.includes(name)) continue;
    const began = Date.now();
    log(`\n━━ ${name}: ${suite.about}`);
    let outcome: Outcome;
    try {
      outcome = built || suite.needsNoBuild ? await suite.run() : couldNotRun('It needs the build, which failed.');
    } catch (error) {
      outcome = couldNotRun(describeError(error));
    }
    for (const problem of outcome.problems) log(`${name}: ${problem}`);
    log(`${name}: ${outcome.passed} passed, ${outcome.failed} failed (${Math.round((Date.now() - began) / 1000)} s)`);
    outcomes.set(name, outcome);
  }
  return outcomes;
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
