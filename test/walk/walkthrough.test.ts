import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { useEditor } from './useEditor.ts';
import { succeeds } from './workbench.ts';

describe('A new user', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } }, (folder) =>
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { build: 'echo built' } })),
  );
  const page = () => use.workbench.page;
  const step = (name: string) => page().locator('.getting-started-step', { hasText: name });
  const isDone = (name: string) => step(name).locator('.codicon.complete').waitFor();

  it('finds the walkthrough through a link in the empty view; it doesn’t open by itself', async () => {
    const { workbench } = use;
    const link = workbench.section('Jobs').locator('.welcome-view a', { hasText: 'Get Started' });
    await link.waitFor();
    assert.equal(await page().locator('.gettingStartedContainer').count(), 0);
    await link.click();
    await page().getByText('Get Started with Jobdeck').last().waitFor();
    for (const name of ['Run a job', 'Follow its progress', 'Find out why it failed', 'Define and schedule jobs']) {
      await step(name).waitFor();
    }
  });

  it('sees a picture next to each step if there is room', async () => {
    await page().setViewportSize({ width: 1700, height: 900 });
    for (const name of ['Follow its progress', 'Run a job']) {
      await step(name).click();
      const picture = page().locator('.getting-started-media img');
      await picture.waitFor();
      await picture.evaluate((image: HTMLImageElement) => image.decode());
      assert.match((await picture.getAttribute('alt')) ?? '', /\w{3}/);
    }
    await use.workbench.photograph('walkthrough');
  });

  it('runs a job with the step’s button, which offers the scripts and completes the step', async () => {
    const { workbench } = use;
    const row = workbench.job(/^npm run build, Completed/).first();
    // Completing the step focuses the page, which may close the list before it is answered.
    do {
      await page().locator('.gettingStartedContainer').getByRole('button', { name: 'Run a Command' }).click();
      await succeeds(workbench.answer('npm run build', { timeout: 10_000 }));
    } while (!(await succeeds(row.waitFor({ timeout: 10_000 }))));
    await isDone('Run a job');
  });

  it('is offered the scripts in the Command Palette, although the page takes the focus', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Run Command…');
    await page().locator('.quick-input-list').getByText('npm run build').waitFor();
    await page().keyboard.press('Escape');
  });

  it('completes the next step by opening a job’s details', async () => {
    const { workbench } = use;
    await workbench.openPage(workbench.job(/^npm run build, Completed/).first(), /^npm run build/);
    await workbench.panel().getByRole('heading', { name: 'npm run build' }).waitFor();
    await workbench.command('Jobdeck: Get Started');
    await isDone('Follow its progress');
  });
});
