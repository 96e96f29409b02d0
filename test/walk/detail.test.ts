import { useEditor } from './useEditor.ts';

describe('The detail panel', () => {
  const use = useEditor({ settings: { 'jobdeck.log.openOnStart': false } });

  it('opens by a click on a row and says why a job failed', async () => {
    const { workbench } = use;
    await workbench.run('echo working; echo oops >&2; exit 3');
    await workbench.job(/^echo working.*, Failed, exit code 3/).click();
    const panel = workbench.panel();
    await panel.getByText('exit code 3').first().waitFor();
    await panel.getByText('oops').first().waitFor();
    await workbench.photograph('detail-failed');
  });

  it('follows a job live, from running to completed', async () => {
    const { workbench } = use;
    await workbench.run('for i in 1 2 3 4; do echo step $i; sleep 1; done');
    await workbench.job(/^for i in.*, Running/).click();
    const panel = workbench.panel();
    await panel.getByText('Running').first().waitFor();
    await panel.getByText('step 1').first().waitFor();
    await workbench.photograph('detail-running');
    await panel.getByText('Completed').first().waitFor();
    await panel.getByText('step 4').first().waitFor();
    await workbench.photograph('detail-completed');
  });

  it('runs the job again by its button and shows both attempts', async () => {
    const { workbench } = use;
    const panel = workbench.panel();
    await panel.getByRole('button', { name: 'Run Again' }).click();
    await workbench.job(/^for i in.*, Running.*attempt 2/).waitFor();
    await panel.getByText('Running').first().waitFor();
    await panel.getByRole('button', { name: 'Cancel' }).click();
    await workbench.job(/^for i in.*, Cancelled.*attempt 2/).waitFor();
    await panel.getByText('Cancelled').first().waitFor();
    await workbench.photograph('detail-attempts');
  });
});
