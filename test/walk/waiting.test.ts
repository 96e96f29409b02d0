import { useEditor } from './useEditor.ts';

describe('A waiting job', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  before(async () => {
    await use.jobdeck('queue', 'set', 'gpu', '--concurrency', '1');
    for (const title of ['Holder', 'Second', 'Third'])
      await use.jobdeck('submit', '--title', title, '--queue', 'gpu', '--', 'sleep', '600');
    await use.jobdeck('submit', '--title', 'Tomorrow', '--in', '1d', '--', 'sleep', '600');
    await use.workbench.job(/^Tomorrow, Waiting/).waitFor();
  });

  it('says on its page why it waits, and starts now', async () => {
    const { workbench } = use;
    await workbench.openPage(workbench.job(/^Second, Waiting/), 'Second');
    const panel = workbench.panel();
    await panel.getByText('Waiting: queue “gpu” is full (1 of 1)').waitFor();
    await workbench.photograph('waiting-full');
    await panel.getByRole('button', { name: 'Start Now' }).click();
    await workbench.job(/^Second, Running/).waitFor();
    await panel.getByText('Running', { exact: true }).first().waitFor();
    await panel.getByRole('tab', { name: 'Timeline' }).click();
    await panel.getByText('Started without waiting any longer (queue full).').waitFor();
  });

  it('gets a higher priority', async () => {
    const { workbench } = use;
    await workbench.openPage(workbench.job(/^Third, Waiting/), 'Third');
    const panel = workbench.panel();
    await panel.getByText('Waiting: queue “gpu” is full (2 of 1)').waitFor();
    await panel.getByRole('button', { name: 'Raise Priority' }).click();
    await panel.getByText('Priority: High').waitFor();
    await panel.getByRole('tab', { name: 'Timeline' }).click();
    await panel.getByText('Priority changed to high.').waitFor();
    await workbench.photograph('waiting-priority');
  });

  it('starts now from the menu of its row', async () => {
    const { workbench } = use;
    await workbench.chooseInMenu(workbench.job(/^Tomorrow, Waiting/), 'Start Job Now', () =>
      workbench.photograph('waiting-menu'),
    );
    await workbench.job(/^Tomorrow, Running/).waitFor();
  });
});
