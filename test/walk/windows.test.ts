import { useEditor } from './useEditor.ts';
import { Workbench } from './workbench.ts';

describe('Two windows', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  it('show the same jobs; cancelling in one is visible in the other', async () => {
    const second = new Workbench(await use.editor.open());
    await second.openJobs();
    await use.workbench.run('sleep 60');
    await second.job(/^sleep 60, Running/).waitFor();
    await second.waitForStatus('1 job running.');
    await second.clickButton(second.job(/^sleep 60, Running/), 'Cancel Job');
    await use.workbench.job(/^sleep 60, Cancelled/).waitFor();
    await use.workbench.waitForStatus('0 jobs running.');
    await second.page.close();
  });

  it('leave jobs running when all are closed', async () => {
    await use.workbench.run('sleep 30');
    await use.workbench.job(/^sleep 30, Running/).waitFor();
    await use.workbench.page.close();
    const next = new Workbench(await use.editor.open());
    await next.openJobs();
    await next.job(/^sleep 30, Running/).waitFor();
    await next.page.close();
  });
});
