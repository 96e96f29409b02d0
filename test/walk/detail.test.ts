import assert from 'node:assert/strict';
import { useEditor } from './useEditor.ts';

describe('The detail panel', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing' } });

  it('opens with a click on a row and shows why a job failed', async () => {
    const { workbench } = use;
    await workbench.run('echo working; echo oops >&2; exit 3');
    await workbench.openPage(workbench.job(/^echo working.*, Failed, exit code 3/), /^echo working/);
    const panel = workbench.panel();
    await panel.getByText('exit code 3').first().waitFor();
    await panel.getByText('oops').first().waitFor();
    await workbench.photograph('detail-failed');
  });

  it('has a context menu with commands for its job', async () => {
    const { page } = use.workbench;
    await use.workbench.panel().getByText('exit code 3').first().click({ button: 'right' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('menuitem', { name: 'Copy Command' }).click();
    await page.waitForFunction(
      async (line) => (await navigator.clipboard.readText()) === line,
      'echo working; echo oops >&2; exit 3',
    );
  });

  it('follows a job live, from running to completed', async () => {
    const { workbench } = use;
    await workbench.run('for i in 1 2 3 4; do echo step $i; sleep 2; done');
    await workbench.openPage(workbench.job(/^for i in.*, Running/), /^for i in/);
    const panel = workbench.panel();
    await panel.getByText('Running').first().waitFor();
    await panel.getByText('step 1').first().waitFor();
    await workbench.photograph('detail-running');
    await panel.getByText('Completed').first().waitFor();
    await panel.getByText('step 4').first().waitFor();
    await workbench.photograph('detail-completed');
  });

  it('runs the job again with its button and shows both attempts', async () => {
    const { workbench } = use;
    const panel = workbench.panel();
    await panel.getByRole('button', { name: 'Run Again' }).click();
    await workbench.job(/^for i in.*, Running.*attempt 2/).waitFor();
    await panel.getByText('Running').first().waitFor();
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await workbench.job(/^for i in.*, Cancelled.*attempt 2/).waitFor();
    await panel.getByText('Cancelled').first().waitFor();
    await workbench.photograph('detail-attempts');
  });

  it('stops following the log when the user scrolls up, and resumes with a button', async () => {
    const { workbench } = use;
    await workbench.run(
      'for i in $(seq 200); do echo early $i; done; for i in $(seq 900); do echo late $i; sleep 0.5; done',
    );
    await workbench.openPage(workbench.job(/^for i in \$\(seq 200.*, Running/), /^for i in \$\(seq 200/);
    const panel = workbench.panel();
    const follow = panel.getByRole('button', { name: 'Follow' });
    await panel
      .getByText(/^late \d+$/)
      .first()
      .waitFor();
    await panel.locator('.log-screen').hover();
    await workbench.page.mouse.wheel(0, -20_000);
    await panel
      .getByText(/^early \d+$/)
      .first()
      .waitFor();
    await panel.getByRole('button', { name: 'Jump to End' }).waitFor();
    assert.equal(await follow.getAttribute('aria-pressed'), 'false');
    const [first] = await panel.locator('.xterm-rows > div').allTextContents();
    await workbench.photograph('detail-log-scrolled');
    await workbench.page.waitForTimeout(1_500); // New lines arrive in the meantime and must not scroll it.
    assert.deepEqual((await panel.locator('.xterm-rows > div').allTextContents())[0], first);
    await panel.getByRole('button', { name: 'Jump to End' }).click();
    await panel
      .getByText(/^late \d+$/)
      .first()
      .waitFor();
    assert.equal(await follow.getAttribute('aria-pressed'), 'true');
  });

  it('finds text in its log with the keyboard', async () => {
    const { workbench } = use;
    const panel = workbench.panel();
    await panel.locator('.log-screen').click();
    await workbench.page.keyboard.press('Control+f');
    await panel.getByRole('textbox', { name: 'Find in the log' }).waitFor();
    await workbench.page.keyboard.type('EARLY 19');
    await panel.getByText('11 of 11').waitFor();
    await workbench.page.keyboard.press('Shift+Enter');
    await panel.getByText('10 of 11').waitFor();
    await panel.getByText('early 198').waitFor();
    await workbench.photograph('detail-log-find');
    await workbench.page.keyboard.press('Escape');
    await panel.getByRole('textbox', { name: 'Find in the log' }).waitFor({ state: 'detached' });
    await panel.getByRole('button', { name: 'Cancel', exact: true }).click();
    await workbench.job(/^for i in \$\(seq 200.*, Cancelled/).waitFor();
  });

  it('shows theme and custom colors of the log under its content security policy', async () => {
    const { workbench } = use;
    await workbench.run("printf '\\033[31mred\\033[0m \\033[38;2;10;200;30mgreen\\033[0m plain\\n'");
    await workbench.openPage(workbench.job(/^printf.*, Completed/), /^printf/);
    const screen = workbench.panel().locator('.log-screen');
    // In one step, because the terminal may re-render its rows between two.
    const colorOf = (text: string) =>
      screen.evaluate((element, wanted) => {
        const found = [...element.querySelectorAll('.xterm-rows span')].find(
          ({ textContent }) => textContent === wanted,
        );
        return found && getComputedStyle(found).color;
      }, text);
    await screen.getByText('red', { exact: true }).waitFor();
    assert.equal(await colorOf('green'), 'rgb(10, 200, 30)');
    assert.notEqual(await colorOf('red'), await colorOf('plain'));
  });

  /** The rows of the log that are on screen, without empty ones. */
  const shownRows = async () => {
    const rows = await use.workbench.panel().locator('.xterm-rows > div').allTextContents();
    return rows.map((row) => row.trimEnd()).filter((row) => row !== '');
  };

  it('doesn’t wrap long lines unless asked to, and redraws progress bars wider than the page', async () => {
    const { workbench } = use;
    const bar = `'\\r%3d%%|%150s| end of the bar'`;
    await workbench.run(`for i in $(seq 40); do printf ${bar} $i ''; done; echo; echo done`);
    await workbench.openPage(workbench.job(/^for i in \$\(seq 40\).*, Completed/), /^for i in \$\(seq 40/);
    const panel = workbench.panel();
    const screen = panel.locator('.log-screen');
    await screen.getByText('done', { exact: true }).waitFor();
    const rows = await shownRows();
    assert.equal(rows.length, 2);
    assert.match(rows[0] ?? '', /^ 40%\|\s+\| end of the bar$/);
    const { scrollWidth, clientWidth } = await screen.evaluate(({ scrollWidth, clientWidth }) => ({
      scrollWidth,
      clientWidth,
    }));
    assert.ok(scrollWidth > clientWidth, `${scrollWidth} > ${clientWidth}`);
    await workbench.photograph('detail-log-wide');
    await panel.getByRole('button', { name: 'Wrap Long Lines' }).click();
    await panel.getByRole('button', { name: 'Wrap Long Lines', pressed: true }).waitFor();
    await screen.getByText('done', { exact: true }).waitFor();
    assert.equal(await screen.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth), 0);
    assert.equal((await shownRows()).filter((row) => row.includes('%')).length, 1);
    await workbench.photograph('detail-log-wrapped');
    await panel.getByRole('button', { name: 'Wrap Long Lines' }).click();
  });

  it('gives most of its height to the log, the only thing that scrolls', async () => {
    const { workbench } = use;
    await workbench.run('seq 500; echo "tests/test_shop.py:9: AssertionError: 79 == 80"; seq 501 900; exit 1');
    await workbench.openPage(workbench.job(/^seq 500.*, Failed/), /^seq 500/);
    const panel = workbench.panel();
    await panel.locator('.log-screen').getByText('AssertionError').waitFor();
    const { log, page, scrolls } = await panel.locator('html').evaluate((html) => ({
      log: html.querySelector('.log-frame')?.clientHeight ?? 0,
      page: html.clientHeight,
      scrolls: html.scrollHeight - html.clientHeight,
    }));
    assert.ok(log / page > 0.7, `${log} of ${page}`);
    assert.equal(scrolls, 0);
    await panel.getByRole('button', { name: 'Follow' }).waitFor({ state: 'detached' });
    await workbench.photograph('detail-log-error');
  });

  it('moves to the last and first error of the log', async () => {
    const { workbench } = use;
    await workbench.run('echo "error: one"; seq 300; echo "error: two"; seq 300; echo bye');
    await workbench.openPage(workbench.job(/^echo "error: one".*, Completed/), /^echo "error: one"/);
    const panel = workbench.panel();
    const screen = panel.locator('.log-screen');
    await screen.getByText('bye', { exact: true }).waitFor();
    await panel.getByRole('button', { name: 'Last Error' }).click();
    await screen.getByText('error: two').waitFor();
    await panel.getByRole('button', { name: 'First Error' }).click();
    await screen.getByText('error: one').waitFor();
  });

  it('says what a job waits for, and ends the wait', async () => {
    const { workbench } = use;
    await use.jobdeck('submit', '--title', 'Held', '--hold', '--shell', '--', 'echo released');
    await workbench.openPage(workbench.job(/^Held, /), 'Held');
    const panel = workbench.panel();
    await panel.getByText('Waiting: on hold until released').waitFor();
    await workbench.photograph('detail-waiting');
    await panel.getByRole('button', { name: 'Release' }).click();
    await panel.locator('.log-screen').getByText('released', { exact: true }).waitFor();
    await panel.getByText('Waiting: on hold until released').waitFor({ state: 'detached' });
  });

  it('counts down until a cancelled job is killed, and kills it at once if asked to', async () => {
    const { workbench } = use;
    await workbench.run('trap "" TERM; echo deaf; while true; do sleep 0.5; done');
    await workbench.openPage(workbench.job(/^trap.*, Running/), /^trap/);
    const panel = workbench.panel();
    await panel.locator('.log-screen').getByText('deaf', { exact: true }).waitFor();
    // The second click must not hit the button that takes the place of this one.
    await panel.getByRole('button', { name: 'Cancel', exact: true }).dblclick({ delay: 150 });
    await panel.getByText(/It will be killed in \d+ s\.$/).waitFor();
    await workbench.photograph('detail-cancelling');
    await panel.getByRole('button', { name: 'Force Stop Now' }).click();
    await panel.getByText('Cancelled', { exact: true }).first().waitFor();
    await panel.getByText('Killed', { exact: true }).first().waitFor();
  });
});
