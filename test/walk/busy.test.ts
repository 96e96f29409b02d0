/** The tree while a job changes constantly. */
import assert from 'node:assert/strict';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { useEditor } from './useEditor.ts';

describe('While a job changes constantly', () => {
  const use = useEditor();

  it('the rows of other jobs are updated, too', async () => {
    const { workbench, editor } = use;
    await workbench.run('true');
    await workbench.job(/^true, Completed/).waitFor();
    const info = await readDaemonInfo(editor.home);
    assert.ok(info);
    const client = new DaemonClient(info);
    const busy = await client.startReported({ title: 'Busy', workspace: editor.folder });
    await client.setQueue('closed', { concurrency: 1 });
    await client.pauseQueue('closed');
    const held = await client.submit({ command: { argv: ['true'] }, title: 'Held', hold: true, queue: 'closed' });
    await workbench.job(/^Busy, Running/).waitFor();
    let stop = false;
    const reporting = (async () => {
      for (let current = 1; !stop; current += 1) {
        await client.report(busy.job.id, { kind: 'progress', current, total: 1e9 });
        // Progress alone is throttled, so this job changes its status each time.
        await (current % 2 === 0 ? client.hold(held.id) : client.release(held.id));
      }
    })();
    try {
      // The editor waits for a pause of 200 ms between tree changes before it renders.
      await client.submit({ command: { shell: 'exit 0' }, title: 'Quick', workspace: editor.folder });
      await workbench.job(/^Quick, Completed/).waitFor();
    } finally {
      stop = true;
      await reporting;
    }
    await client.report(busy.job.id, { kind: 'complete' });
    await workbench.job(/^Busy, Completed/).waitFor();
    await client.cancel(held.id);
    client.close();
  });
});
