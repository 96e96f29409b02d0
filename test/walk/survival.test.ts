import assert from 'node:assert/strict';
import { daemonInfo } from '../support/daemonEnd.ts';
import { useEditor } from './useEditor.ts';

describe('A job outlives its observers', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'log' } });

  it('continues after kill -9 of the daemon and completes as usual', async () => {
    const { workbench, editor } = use;
    await workbench.run('sleep 5; echo done; exit 3');
    const running = workbench.job(/^sleep 5; echo done; exit 3, Running/);
    await running.waitFor();
    const killed = daemonInfo(editor.home);
    assert.ok(killed);
    const reconnecting = workbench.waitForStatus('Reconnecting to the daemon. Running jobs continue.');
    process.kill(killed.pid, 'SIGKILL');
    await reconnecting;
    await workbench.photograph('reconnecting');
    await workbench.waitForStatus('1 job running.');
    await running.waitFor();
    assert.notEqual(daemonInfo(editor.home)?.pid, killed.pid);
    await workbench.photograph('after-kill');
    const failed = workbench.job(/^sleep 5; echo done; exit 3, Failed, exit code 3/);
    await failed.waitFor();
    assert.doesNotMatch((await failed.getAttribute('aria-label')) ?? '', /attempt/, 'It ran only once.');
    await workbench.terminal.getByText('done', { exact: true }).waitFor();
    await workbench.photograph('survived-daemon');
  });

  it('continues after kill -9 of the extension host', async () => {
    const { workbench, editor } = use;
    await workbench.run('sleep 6; echo still here');
    await workbench.job(/^sleep 6; echo still here, Running/).waitFor();
    process.kill(editor.extensionHostPid(), 'SIGKILL');
    // VS Code doesn't restart it for an extension under development (test/package covers the restart).
    await workbench.page.reload();
    await workbench.job(/^sleep 6; echo still here, Completed/).waitFor();
    await workbench.photograph('survived-host');
  });
});
