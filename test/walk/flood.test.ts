import { useEditor } from './useEditor.ts';

/** A command line whose title begins with a name. It prints this many megabytes, and then a last line. */
const flood = (name: string, megabytes: number, ...then: string[]) =>
  [
    `: ${name}`,
    'sleep 3',
    `yes 'Lorem ipsum dolor sit amet' | head -c ${megabytes}000000`,
    'echo',
    'echo the end',
    ...then,
  ].join('; ');

describe('A flood of output', () => {
  const use = useEditor();

  it('is skipped on the page, which shows that the job has finished', async () => {
    const { workbench } = use;
    await workbench.run(flood('on the page', 300));
    await workbench.job(/^: on the page.*, Completed/).waitFor();
    const page = workbench.panel();
    await page.getByText(/^\s*\d+ MB skipped/).waitFor();
    await page.locator('.xterm-rows').getByText('the end', { exact: true }).waitFor();
    await page.getByText('Completed').first().waitFor();
    await workbench.photograph('flood-page');
  });

  it('opens as a file from the page', async () => {
    const { workbench } = use;
    await workbench.run(flood('a file', 12));
    await workbench.job(/^: a file.*, Completed/).waitFor();
    await workbench
      .panel()
      .getByText(/^\s*12 MB skipped/)
      .waitFor();
    await workbench.panel().getByRole('button', { name: 'Open Full Log' }).click();
    await workbench.tab('1.log').waitFor();
    await workbench.command('View: Close All Editors');
  });
});
