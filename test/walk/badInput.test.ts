/** How a detail page behaves when its job, log or daemon disappears, and how it recovers. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { protocolVersion } from '../../shared/wire.ts';
import { root } from '../../tools/host/paths.ts';
import { daemonInfo } from '../support/daemonEnd.ts';
import { violations } from './accessibility.ts';
import { useEditor } from './useEditor.ts';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const definitions = JSON.stringify({
  jobs: {
    watch: {
      command: 'echo watching; sleep 600',
      icon: 'eye',
      links: [{ label: 'Dashboard', url: 'https://example.com/' }],
    },
  },
});

describe('A detail page', () => {
  const file = (folder: string) => join(folder, '.vscode', 'jobs.json');
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } }, (folder) => {
    mkdirSync(join(folder, '.vscode'), { recursive: true });
    writeFileSync(file(folder), definitions);
  });
  let standIn: ChildProcess | undefined;

  afterEach(() => {
    standIn?.kill();
    standIn = undefined;
  });

  const jobdeck = (...args: string[]) => use.jobdeck(...args);

  /** Submits a shell command, waits for its row to show the status, and opens its page. Returns the job's ID. */
  async function open(title: string, line: string, status: string): Promise<string> {
    const { code, output } = await jobdeck('submit', '--title', title, '--json', '--shell', '--', line);
    assert.equal(code, 0, output);
    await use.workbench.openPage(use.workbench.job(new RegExp(`^${title}, ${status}`)), new RegExp(`^${title}`));
    await use.workbench.panel().getByRole('heading', { name: title }).waitFor();
    return JSON.parse(output).id;
  }

  /** Kills the daemon and replaces it with a fake one of this version. */
  async function replaceDaemon(version: string, protocol: number): Promise<void> {
    const { home } = use.editor;
    const real = daemonInfo(home);
    assert.ok(real !== null);
    // Suspend it first, so that no other daemon starts before the fake one runs.
    process.kill(real.pid, 'SIGSTOP');
    const script = join(root, 'test', 'walk', 'standInDaemon.ts');
    standIn = spawn(process.execPath, [script, home, version, String(protocol)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    assert.ok(standIn.stdout !== null);
    await once(standIn.stdout, 'data');
    process.kill(real.pid, 'SIGKILL');
  }

  it('shows that the daemon was killed, and resumes log and status with a new daemon', async () => {
    const { workbench, editor } = use;
    await open('Counts', 'for i in $(seq 600); do echo line $i; sleep 0.2; done', 'Running');
    const panel = workbench.panel();
    await panel
      .getByText(/^line \d+$/)
      .first()
      .waitFor();
    const pid = daemonInfo(editor.home)?.pid;
    assert.ok(pid);
    const notice = panel.getByText(/^Reconnecting to the daemon. Showing the job as of/).first();
    const noticeShown = notice.waitFor();
    process.kill(pid, 'SIGKILL');
    await noticeShown;
    await notice.waitFor({ state: 'detached' });
    const rows = await panel.locator('.xterm-rows > div').allTextContents();
    const last = Math.max(...rows.map((row) => Number(/^line (\d+)$/.exec(row.trim())?.[1] ?? 0)));
    await panel.getByText(`line ${last + 3}`, { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await panel.getByText('Cancelled', { exact: true }).first().waitFor();
  });

  it('shows that its job was removed, keeps its content and offers no more actions', async () => {
    const { workbench } = use;
    const id = await open('Removed job', 'echo last words', 'Completed');
    const panel = workbench.panel();
    await panel.getByText('last words').first().waitFor();
    await jobdeck('rm', id);
    await panel.getByText('This job was removed.', { exact: true }).waitFor();
    await panel.locator('.log-screen').getByText('last words').waitFor();
    await panel.getByRole('button', { name: 'Run Again' }).waitFor({ state: 'detached' });
    await workbench.photograph('detail-removed');
    assert.deepEqual(await violations(panel), []);
  });

  it('shows that a log file is missing', async () => {
    const { workbench, editor } = use;
    const ended = await open('Deleted log', 'echo lost', 'Completed');
    const panel = workbench.panel();
    await panel.locator('.log-screen').getByText('lost').waitFor();
    await workbench.command('View: Close All Editors');
    rmSync(join(editor.home, 'logs', ended, '1.log'));
    await workbench.openPage(workbench.job(/^Deleted log, Completed/), /^Deleted log/);
    await panel
      .getByText(/log .*(gone|not there|not available|deleted|removed)/i)
      .first()
      .waitFor();
    await workbench.photograph('detail-log-gone');
  });

  it('shows below the log that the file of a running job is missing, and still shows the outcome', async () => {
    const { workbench, editor } = use;
    const id = await open('Missing log', 'for i in $(seq 600); do echo row $i; sleep 0.2; done', 'Running');
    const panel = workbench.panel();
    await panel.getByText('row 2', { exact: true }).waitFor();
    rmSync(join(editor.home, 'logs', id, '1.log'));
    await panel.getByText(/The log of this attempt was not found/).waitFor();
    await panel.getByText('row 2', { exact: true }).waitFor();
    await workbench.photograph('detail-log-lost');
    assert.deepEqual(await violations(panel), []);
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await panel.getByText('Cancelled', { exact: true }).first().waitFor();
  });

  it('removes only the links when the definition of a running job is deleted', async () => {
    const { workbench, editor } = use;
    await jobdeck('submit', 'watch');
    await workbench.openPage(workbench.job(/^watch, Running/), /^watch/);
    const panel = workbench.panel();
    const link = panel.getByRole('link', { name: 'Dashboard' });
    await link.waitFor();
    rmSync(file(editor.folder));
    await link.waitFor({ state: 'detached' });
    await panel.getByText('Running', { exact: true }).first().waitFor();
    await panel.locator('.log-screen').getByText('watching').waitFor();
    writeFileSync(file(editor.folder), definitions);
    await link.waitFor();
    writeFileSync(file(editor.folder), '{ "jobs": ');
    await panel.getByText('Running', { exact: true }).first().waitFor();
    writeFileSync(file(editor.folder), definitions);
    await link.waitFor();
  });

  it('replaces an older daemon and shows the job as before', async () => {
    const { workbench, editor } = use;
    await open('Upgraded', 'echo before; sleep 600', 'Running');
    const panel = workbench.panel();
    await panel.locator('.log-screen').getByText('before').waitFor();
    const notice = panel.getByText(/^Reconnecting to the daemon/).first();
    const noticeShown = notice.waitFor();
    await replaceDaemon('0.0.1', protocolVersion);
    await noticeShown;
    await notice.waitFor({ state: 'detached' });
    assert.equal(daemonInfo(editor.home)?.version, version);
    assert.equal(standIn?.exitCode, 0, 'The old daemon was asked to stop.');
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await panel.getByText('Cancelled', { exact: true }).first().waitFor();
  });

  it('reports an incompatible newer daemon, and recovers with a compatible one', async () => {
    const { workbench } = use;
    await open('Outdated', 'sleep 600', 'Running');
    const panel = workbench.panel();
    await replaceDaemon('99.0.0', 99);
    await panel
      .getByText(/is not compatible with this client/)
      .first()
      .waitFor();
    await panel
      .getByText(/Update this client/)
      .first()
      .waitFor();
    await panel.getByRole('heading', { name: 'Outdated' }).waitFor();
    await workbench.photograph('detail-newer-daemon');
    assert.deepEqual(await violations(panel), []);
    standIn?.kill();
    await jobdeck('daemon', 'start');
    await panel
      .getByText(/is not compatible with this client/)
      .first()
      .waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await panel.getByText('Cancelled', { exact: true }).first().waitFor();
  });
});
