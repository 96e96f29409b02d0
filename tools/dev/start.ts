/**
 * `npm start`: builds, starts the daemon, runs a first job and opens VS Code with the extension on this folder: desktop
 * VS Code when `code` is there, otherwise (or with `-- --web`) the browser-based one. `-- --headless`: daemon and
 * command line only.
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

/** Runs a command of the command line; its output is shown. Throws a HostError when it fails. */
async function jobdeck(...args: string[]): Promise<void> {
  const { code } = await run(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit' });
  if (code !== 0) throw new HostError(`\`jobdeck ${args[0]}\` failed.`, 'What it said stands above.');
}

/** What can be typed from here on. */
function explainCommandLine(): void {
  log('');
  log('On the command line:');
  const lines: [string, string][] = [
    ['npx jobdeck ls', 'all jobs'],
    ['npx jobdeck run -- npm run build', 'run a job and follow its output'],
    ['npx jobdeck logs -f <id>', 'follow the log of a job'],
    ['npx jobdeck daemon stop', 'stop the daemon; jobs run on'],
  ];
  for (const [command, about] of lines) log(`  ${colors.cyan(command.padEnd(36))} ${about}`);
}

/** Opens desktop VS Code; false when there is none or it can't be opened. */
function openDesktop(): boolean {
  const code = findProgram('code');
  // Inside a remote VS Code `code` only talks to the window it belongs to and loads no extension.
  if (code === null || process.env.VSCODE_IPC_HOOK_CLI) return false;
  const windows = process.platform === 'win32';
  const args = [`--extensionDevelopmentPath=${root}`, root];
  const opened = spawnSync(windows ? `"${code}"` : code, windows ? args.map((one) => `"${one}"`) : args, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  });
  return opened.status === 0;
}

/** Opens the browser-based VS Code and stays until Ctrl-C. */
async function openInBrowser(): Promise<void> {
  const editor = await EditorInBrowser.start(log);
  const stopped = new Promise<void>((settle) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => settle());
  });
  log('');
  log(`VS Code with Jobdeck:  ${colors.bold(colors.cyan(editor.address))}`);
  log('Open it in a browser; Jobdeck is the icon with the stacked cards in the bar on the left.');
  explainCommandLine();
  log('');
  log('Ctrl-C stops this editor; the daemon and its jobs run on.');
  await stopped;
  await editor.stop();
  log('\nThe editor has stopped. The daemon and its jobs run on; `npx jobdeck daemon stop` stops the daemon.');
}

try {
  const built = await run(process.execPath, ['esbuild.mjs'], { cwd: root });
  if (built.code !== 0) throw new HostError(`The build failed:\n${built.output.trim()}`);
  log('Built.');
  await jobdeck('daemon', 'start');
  log('A first job: lint and type check of this project. Its id:');
  await jobdeck('submit', '--title', 'Check: lint and types', '--type', 'check', '--', 'npm', 'run', 'check');
  if (options.has('--headless')) {
    explainCommandLine();
  } else if (!options.has('--web') && openDesktop()) {
    log('\nVS Code opens with Jobdeck: the icon with the stacked cards in the bar on the left.');
    explainCommandLine();
  } else {
    await openInBrowser();
  }
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
