/** Runs all suites in the extension host with mocha. */
import Mocha from 'mocha';
import RecordingReporter from '../runner/report.ts';

/** Resolves if all tests passed, otherwise rejects with the number of failures. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, slow: 2_000, forbidOnly: true, reporter: RecordingReporter });
  mocha.suite.emit(Mocha.Suite.constants.EVENT_FILE_PRE_REQUIRE, globalThis, '', mocha);
  await import('./activation.test.ts');
  await import('./settings.test.ts');
  await import('./walkthrough.test.ts');
  await import('./tree.test.ts');
  await import('./history.test.ts');
  await import('./commands.test.ts');
  await import('./attention.test.ts');
  await import('./statusBar.test.ts');
  await import('./scripts.test.ts');
  await import('./definitions.test.ts');
  await import('./pendingChanges.test.ts');
  await import('./views.test.ts');
  await import('./engines.test.ts');
  await import('./stats.test.ts');
  await import('./logs.test.ts');
  await import('./detail.test.ts');
  await import('./agents.test.ts');
  await import('./restricted.test.ts');
  await import('./tasks.test.ts');
  await import('./tracking.test.ts');
  await import('./connection.test.ts');
  const failures = await new Promise<number>((resolve) => {
    mocha.run(resolve);
  });
  if (failures > 0) throw new Error(`${failures} tests failed.`);
}
