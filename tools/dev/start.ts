/**
 * `npm start`: builds, starts the daemon, runs a first job and opens VS Code with the extension on this folder. Uses
 * desktop VS Code if `code` is installed, otherwise (or with `-- --web`) the browser-based one. `-- --headless` starts
 * only the daemon.
 */
import { spawnSync } from 'node:child_process';
import colors from 'picocolors';
import { findProgram } from '../host/debian.ts';
import { describeError, HostError } from '../host/hostError.ts';
import { cli, root } from '../host/paths.ts';
import { run } from '../host/processes.ts';
import { EditorInBrowser } from './editorInBrowser.ts';

const log = (line: string) => console.log(line);
const options = new Set(process.argv.slice(2));

/** Runs a CLI command and shows its output. Throws a HostError if it fails. */
async function jobdeck(...args: string[]): Promise<void> {
  const { code } = await run(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit' });
  if (code !== 0) throw new HostError(`\`jobdeck ${args[0]}\` failed.`, 'See the output above.');
}

/** Prints useful commands. */
function explainCommandLine(): void {
  log('');
  log('On the command line:');
  const lines: [string, string][] = [
    ['npx jobdeck ls', 'all jobs'],
    ['npx jobdeck run -- npm run build', 'run a job and follow its output'],
    ['npx jobdeck logs -f <id>', 'follow the log of a job'],
    ['npx jobdeck daemon stop', 'stop the daemon; jobs keep running'],
  ];
  for (const [command, about] of lines) log(`  ${colors.cyan(command.padEnd(36))} ${about}`);
}

/** Opens desktop VS Code. Returns false if it is not installed or can't be opened. */
function openDesktop(): boolean {
  const code = findProgram('code');
  // In a remote VS Code, `code` only talks to its own window and can't load an extension.
  if (code === null || process.env.VSCODE_IPC_HOOK_CLI) return false;
  const windows = process.platform === 'win32';
  const args = [`--extensionDevelopmentPath=${root}`, root];
  const opened = spawnSync(windows ? `"${code}"` : code, windows ? args.map((one) => `"${one}"`) : args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  });
  return opened.status === 0;
}

/** Runs the browser-based VS Code until Ctrl-C. */
async function openInBrowser(): Promise<void> {
  log('');
  const editor = await EditorInBrowser.start(log);
  const stopped = new Promise<void>((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => settle());
  });
  log('');
  log(`VS Code with Jobdeck:  ${colors.bold(colors.cyan(editor.address))}`);
  log('Open it in a browser. Jobdeck is the stacked cards icon in the activity bar.');
  log('Ctrl-C stops this editor; the daemon and its jobs keep running.');
  await stopped;
  await editor.stop();
  log(
    '\nThe editor has stopped. The daemon and its jobs keep running. Run `npx jobdeck daemon stop` to stop the daemon.',
  );
}

try {
  const built = await run(process.execPath, ['esbuild.mjs'], { cwd: root });
  if (built.code !== 0) throw new HostError(`The build failed:\n${built.output.trim()}`);
  log('Built.');
  await jobdeck('daemon', 'start');
  log('Submitting a first job that checks this project. Its ID:');
  await jobdeck('submit', '--title', 'Check: lint and types', '--type', 'check', '--', 'npm', 'run', 'check');
  // Before the editor, whose first start takes a minute.
  explainCommandLine();
  if (!options.has('--headless')) {
    if (!options.has('--web') && openDesktop()) {
      log('\nVS Code opens with Jobdeck: look for the stacked cards icon in the activity bar.');
    } else {
      await openInBrowser();
    }
  }
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
