/** Shares one editor between the tests of a file. */

import { cli } from '../../tools/host/paths.ts';
import { run } from '../../tools/host/processes.ts';
import { Editor, type EditorOptions } from '../support/editor.ts';
import { type Theme, Workbench } from './workbench.ts';

/** Timeout of a test in milliseconds. Waiting for the screen times out earlier, with a better message. */
const testTimeout = 120_000;

export interface EditorInUse {
  readonly editor: Editor;
  /** The first window, with the jobs view open. */
  readonly workbench: Workbench;
  /** Runs the CLI in the editor's folder with its daemon. */
  jobdeck(...args: string[]): ReturnType<typeof run>;
}

/**
 * Starts an editor before the tests and closes it afterwards. `prepare` receives the folder before a window opens. A
 * failed test saves a screenshot.
 */
export function useEditor(
  options: EditorOptions & { theme?: Theme } = {},
  prepare?: (folder: string) => void,
): EditorInUse {
  let editor: Editor | undefined;
  let workbench: Workbench | undefined;

  before(async function () {
    this.timeout(testTimeout);
    editor = await Editor.start(options);
    prepare?.(editor.folder);
    workbench = new Workbench(await editor.open());
    await workbench.wear(options.theme ?? 'dark');
    await workbench.openJobs();
  });

  beforeEach(function () {
    this.currentTest?.timeout(testTimeout);
  });

  afterEach(async function () {
    if (this.currentTest?.state !== 'failed') return;
    const name = this.currentTest.fullTitle().replace(/[^\w]+/g, '-');
    await workbench?.photograph(`failed-${name}`);
  });

  after(async () => {
    await editor?.close();
  });

  return {
    jobdeck(...args) {
      const { folder, home } = this.editor;
      return run(process.execPath, [cli, ...args], { cwd: folder, env: { ...process.env, JOBDECK_HOME: home } });
    },
    get editor() {
      if (editor === undefined) throw new Error('The editor has not been started.');
      return editor;
    },
    get workbench() {
      if (workbench === undefined) throw new Error('No window is open.');
      return workbench;
    },
  };
}
