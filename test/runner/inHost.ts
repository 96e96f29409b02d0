/** Runs the tests that need VS Code's extension host (test/editor). */
import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'node:util';
import { runTests } from '@vscode/test-electron';
import { provideDesktop } from '../../tools/host/desktop.ts';
import { root } from '../../tools/host/paths.ts';
import { type Log, provideWorkbench } from '../../tools/host/provision.ts';
import { endDaemon } from '../support/daemonEnd.ts';
import { Editor } from '../support/editor.ts';
import { couldNotRun, type Outcome, readOutcome } from './outcome.ts';

/** The built module whose `run()` runs the tests. */
const tests = join(root, 'dist', 'test', 'editor.cjs');

/** Minutes without output after which the extension host is considered stuck. */
const limitMinutes = 6;

/** Runs the tests in desktop VS Code if available, otherwise in the browser-based one, and logs which. */
export async function runInHost(log: Log): Promise<Outcome> {
  const desktop = await provideDesktop(log);
  if (desktop !== null) {
    const outcome = await recorded((files) => inDesktop(desktop, files, log));
    if (outcome !== null) return outcome;
    log('Desktop VS Code did not start any test.');
  }
  await provideWorkbench(log);
  log('Running in the browser-based VS Code (code-server).');
  return (await recorded(inBrowser)) ?? couldNotRun('The extension host did not start any test.');
}

interface Files {
  base: string;
  report: string;
  output: string;
}

/** Starts a run with new files, copies its output to stdout and reads its outcome. Null if no test started. */
async function recorded(start: (files: Files) => Promise<string>): Promise<Outcome | null> {
  const base = mkdtempSync(join(tmpdir(), 'jobdeck-host-'));
  const files = { base, report: join(base, 'report.json'), output: join(base, 'output.txt') };
  writeFileSync(files.output, '');
  const echo = new Echo(files.output);
  const timer = setInterval(() => echo.pass(), 100);
  try {
    const ending = await start(files);
    return existsSync(files.report) ? readOutcome(files.report, ending) : null;
  } finally {
    clearInterval(timer);
    echo.close();
    rmSync(base, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Copies new content of a file to stdout. */
class Echo {
  private readonly descriptor: number;
  private readonly buffer = Buffer.alloc(65_536);

  constructor(file: string) {
    this.descriptor = openSync(file, 'r');
  }

  pass(): void {
    for (;;) {
      const length = readSync(this.descriptor, this.buffer);
      if (length === 0) return;
      process.stdout.write(Buffer.from(this.buffer.subarray(0, length)));
    }
  }

  close(): void {
    this.pass();
    closeSync(this.descriptor);
  }
}

function recordingEnvironment(files: Files) {
  return { JOBDECK_TEST_REPORT: files.report, JOBDECK_TEST_OUTPUT: files.output };
}

/** Runs in desktop VS Code, with xvfb-run if there is no display. */
async function inDesktop(executable: string, files: Files, log: Log): Promise<string> {
  const [home, folder] = [join(files.base, 'home'), join(files.base, 'folder')];
  mkdirSync(folder);
  const needsDisplay = process.platform === 'linux' && !process.env.DISPLAY;
  log(`Running in desktop VS Code${needsDisplay ? ' on a virtual display' : ''}: ${executable}`);
  try {
    await runTests({
      vscodeExecutablePath: needsDisplay ? 'xvfb-run' : executable,
      extensionDevelopmentPath: root,
      extensionTestsPath: tests,
      extensionTestsEnv: { ...recordingEnvironment(files), JOBDECK_HOME: home },
      launchArgs: [
        ...(needsDisplay ? ['-a', executable] : []),
        folder,
        '--disable-extensions',
        '--user-data-dir',
        join(files.base, 'data'),
      ],
    });
    return 'VS Code exited';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    endDaemon(home);
  }
}

/** Runs in the browser-based VS Code. */
async function inBrowser(files: Files): Promise<string> {
  const editor = await Editor.start({ env: recordingEnvironment(files) });
  try {
    return await new Promise<string>((settle, fail) => {
      const limit = setTimeout(() => settle(`timed out after ${limitMinutes} minutes`), limitMinutes * 60_000);
      editor
        .open({
          tests,
          prepare: async (page) => {
            // The workbench reports log lines and the end of tests through these two functions of the page.
            let lastError = '';
            await page.exposeFunction('codeAutomationLog', (type: string, parts: unknown[]) => {
              if (type === 'error') lastError = format(...parts);
            });
            await page.exposeFunction('codeAutomationExit', (code: number) => {
              clearTimeout(limit);
              if (code !== 0 && !existsSync(files.report)) appendFileSync(files.output, `${lastError}\n`);
              settle(`run() returned ${code}`);
            });
          },
        })
        .catch(fail);
    });
  } finally {
    await editor.close();
  }
}
