/** Connections to Celery and Inngest with mouse and keyboard. The daemon's engines are scripted. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calls, ScriptedExtension, script } from './scriptedExtension.ts';
import { useEditor } from './useEditor.ts';

const worker = {
  name: 'celery@one',
  online: true,
  active: 1,
  concurrency: 4,
  processed: 1200,
  pool: 'prefork',
  version: '5.5.3',
  load: [0.4, 0.3, 0.2],
  queues: ['celery'],
  seenAt: new Date().toISOString(),
};
const workers = [worker, { ...worker, name: 'celery@two', online: false, active: 0 }];
const queues = [
  { name: 'celery', waiting: 3, consumers: 1 },
  { name: 'slow', waiting: 7, consumers: 0 },
];
const at = new Date(Date.now() - 60_000).toISOString();
const step = {
  weight: 1,
  progress: 1,
  status: 'completed',
  parentId: null,
  startedAt: at,
  endedAt: at,
  attempts: 1,
  error: null,
};
const receipt = {
  externalId: '01JRUN',
  status: 'failed',
  title: 'Send receipt',
  type: 'shop/send-receipt',
  worker: 'shop',
  error: { code: 'TASK_FAILED', message: 'Card refused', hint: null, details: null },
  metadata: { app: 'shop', function: 'send-receipt' },
  steps: [
    { ...step, id: 'load', label: 'Load the order', kind: 'run', output: { orderId: 7 } },
    {
      ...step,
      id: 'charge',
      label: 'Charge the card',
      kind: 'run',
      status: 'failed',
      attempts: 3,
      progress: 0,
      error: { code: 'TASK_FAILED', message: 'Card refused', hint: null, details: 'Error: Card refused\n  at charge' },
    },
  ],
};

describe('Remote engines', () => {
  const extension = new ScriptedExtension();
  const use = useEditor({ extension: extension.folder }, (folder) => {
    mkdirSync(join(folder, 'src'));
    writeFileSync(
      join(folder, 'src', 'tasks.py'),
      'from app import app\n\n\n@app.task\ndef add(a, b):\n    return a + b\n',
    );
    writeFileSync(
      join(folder, 'src', 'functions.ts'),
      "\nexport const f = inngest.createFunction({ id: 'send-receipt' });\n",
    );
  });

  after(() => extension.remove());

  const view = () => use.workbench.section('Queues & Engines');
  const row = (name: RegExp | string) => view().getByRole('treeitem', { name });
  /** The text below the open input box. */
  const expectPrompt = (text: string | RegExp) =>
    use.workbench.page.locator('.quick-input-widget .quick-input-message', { hasText: text });
  /** Types into the open input box once it shows this prompt. */
  const type = async (prompt: string | RegExp, text: string) => {
    await expectPrompt(prompt).waitFor();
    await use.workbench.input.fill(text);
    await use.workbench.page.keyboard.press('Enter');
  };
  const offered = (label: string | RegExp) =>
    use.workbench.page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first();

  /** Enlarges the view so that all of its rows are rendered. */
  const makeRoom = async () => {
    const { page } = use.workbench;
    const edge = await page.locator('.sidebar .monaco-sash.horizontal:not(.disabled)').first().boundingBox();
    assert.ok(edge !== null);
    const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 220, { steps: 5 });
    await page.mouse.up();
  };

  /** Selects an item in a row's context menu, with the keyboard, because a menu that just opened ignores clicks. */
  const choose = async (name: RegExp, what: string) => {
    await row(name).click({ button: 'right' });
    await use.workbench.page.getByRole('menuitem', { name: what }).hover();
    await use.workbench.page.keyboard.press('Enter');
  };

  it('explain how to add a connection while there are none', async () => {
    const { workbench } = use;
    // The view appears when there is more than the default queue.
    await view().waitFor({ state: 'detached' });
    await use.jobdeck('queue', 'set', 'gpu', '--concurrency', '1');
    await workbench.section('Scripts').locator('.pane-header').click();
    await view().locator('.pane-header').click();
    await makeRoom();
    const engines = row(/^Engines, 0 running/);
    await engines.waitFor();
    await engines.click();
    await row('Connect Celery or Inngest…').waitFor();
    await workbench.photograph('engines-none');
  });

  it('are connected with the mouse; errors appear in the input box, and nothing has to be typed again', async () => {
    const { workbench } = use;
    await row('Connect Celery or Inngest…').click();
    await offered('Celery').click();
    await type('Name of the connection', 'prod');
    await offered('Full Access').click();
    await type('URL of the broker', 'localhost');
    await expectPrompt('Enter a URL with a host.').waitFor();
    await workbench.input.fill('redis://:wrong@localhost/0');
    await workbench.page.keyboard.press('Enter');
    await expectPrompt('localhost rejected the password. Correct it in the address.').waitFor();
    await workbench.photograph('engines-add-refused');
    assert.equal(await workbench.input.inputValue(), 'redis://:wrong@localhost/0');
    await workbench.input.fill('redis://:right@localhost/0');
    await workbench.page.keyboard.press('Enter');
    await type('URL of the result backend', 'redis://nowhere/1');
    await expectPrompt('Could not reach the result backend. Correct the address.').waitFor();
    await workbench.input.fill('');
    await workbench.page.keyboard.press('Enter');
    await row(/^Connection prod, Celery · connected · 0 running$/).waitFor();
    await workbench.input.waitFor({ state: 'hidden' });
    await workbench.command('Notifications: Show Notifications');
    await workbench.page.getByText('Connection prod added. Results are read from the broker.').first().waitFor();
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('show their workers and queues', async () => {
    const { workbench, editor } = use;
    const facts = [
      {
        externalId: 't1',
        status: 'running',
        title: 'tasks.add',
        type: 'tasks.add',
        commandLine: 'tasks.add(2, 3)',
        worker: 'celery@one',
      },
    ];
    script(editor.home, { celery: { status: { workers, queues }, facts } });
    const prod = row(/^Connection prod, Celery · connected · 1 running$/);
    await prod.waitFor();
    await workbench.job(/^tasks\.add, Running, .*Celery prod$/).waitFor();
    // Its workers arrive separately from its jobs.
    await prod.and(workbench.page.locator('[aria-expanded="false"]')).waitFor();
    await prod.click();
    await workbench.page.keyboard.press('ArrowRight');
    await row(/^Worker celery@one, online · 1 of 4 active · prefork$/).waitFor();
    await row(/^Worker celery@two, offline, last seen /).waitFor();
    await row(/^Queue slow, 7 waiting · no consumers$/).waitFor();
    // The pointer has been there since the click, which does not show a hover.
    await row(/^Queue slow/).hover();
    await prod.hover();
    await workbench.page.locator('.hover-contents, .monaco-hover', { hasText: 'last synchronized' }).first().waitFor();
    await workbench.photograph('engines-connected');
  });

  it('run a task with the keyboard; its page shows the engine’s details and links to the source', async () => {
    const { workbench, editor } = use;
    await workbench.command('Jobdeck: Run Task or Function…');
    // There is only one connection to choose.
    await workbench.answer('tasks.add');
    await type('Arguments as a JSON list', '[2,');
    await expectPrompt('Invalid JSON').waitFor();
    await workbench.input.fill('[2, 3]');
    await workbench.page.keyboard.press('Enter');
    await type('Keyword arguments', '');
    await offered('Priority').waitFor();
    await workbench.photograph('engines-run');
    await workbench.answer('Run');
    const page = workbench.panel();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByText('prod · connected').waitFor();
    await page.getByText('src/tasks.py:5').waitFor();
    const [, submitted] = calls(editor.home).find(([what]) => what === 'submit') ?? [];
    const { createdBy, ...request } = submitted as { createdBy: string };
    assert.deepEqual(request, { task: 'tasks.add', args: [2, 3] });
    assert.match(createdBy, /@/);
    await workbench.photograph('engines-task');
    await page.getByRole('button', { name: 'Open Task Source' }).first().click();
    await workbench.tab('tasks.py').waitFor();
    await workbench.page.getByRole('button', { name: 'Ln 5, Col 1' }).waitFor();
  });

  it('are connected with the keyboard, with hidden keys', async () => {
    const { workbench } = use;
    await workbench.command('Jobdeck: Add Connection…');
    await workbench.answer('Inngest');
    await type('Name of the connection', 'dev');
    await workbench.answer('Full Access');
    await type('URL of the server', 'http://localhost:8288');
    await expectPrompt(/^Signing key/).waitFor();
    assert.equal(await workbench.input.getAttribute('type'), 'password');
    await type(/^Signing key/, 'wrong');
    await type(/^Event key/, 'k');
    await expectPrompt('localhost:8288 rejected the signing key. Look it up in its settings.').waitFor();
    await workbench.photograph('engines-add-key');
    // Go back to the invalid input, then forward again with all other inputs preserved.
    await workbench.page.keyboard.press('Control+Alt+Minus');
    await expectPrompt(/^Signing key/).waitFor();
    await type(/^Signing key/, 'right');
    await expectPrompt(/^Event key/).waitFor();
    assert.equal(await workbench.input.inputValue(), 'k');
    await workbench.page.keyboard.press('Enter');
    await row(/^Connection dev, Inngest · connected · 0 running$/).waitFor();
  });

  it('show steps with their output, and rerun a job from a step', async () => {
    const { workbench, editor } = use;
    script(editor.home, { celery: { status: { workers, queues } }, inngest: { facts: [receipt] } });
    await workbench.openPage(workbench.job(/^Send receipt, Failed/), /^Send receipt/);
    const page = workbench.panel();
    await page.getByText('Charge the card', { exact: true }).waitFor();
    await page.getByText('3 attempts').waitFor();
    await page.getByRole('tab', { name: 'Details' }).click();
    await page.getByText('src/functions.ts:2').waitFor();
    await page.getByRole('tab', { name: 'Steps' }).click();
    await page.getByText('Output of Load the order').click();
    await page.getByText('"orderId": 7').waitFor();
    await workbench.photograph('engines-steps');
    const again = page.getByRole('button', { name: 'Rerun from Charge the card…' });
    await again.focus();
    await again.press('Enter');
    await type('Input for the step as JSON', '[{"orderId": 8}]');
    await workbench.job(/^Send receipt, Running/).waitFor();
    assert.deepEqual(calls(editor.home).at(-1), ['retry', '01JRUN', { stepId: 'charge', input: [{ orderId: 8 }] }]);
  });

  it('mark an unreachable connection until it is reachable again', async () => {
    const { workbench, editor } = use;
    const problem = {
      code: 'CONNECTION_FAILED',
      message: 'Could not reach localhost:8288.',
      hint: 'Check that it is running.',
    };
    const down = { state: 'unreachable', problem };
    script(editor.home, { celery: { status: { workers, queues } }, inngest: { status: down } });
    await workbench.job(/^Send receipt, Running, as of .*, not reachable · .*Inngest dev$/).waitFor();
    await row(/^Connection dev, Inngest · not reachable since /).waitFor();
    const banner = workbench.panel().getByText(/^Could not reach dev\. Showing the job as of/);
    await banner.waitFor();
    await workbench.photograph('engines-unreachable');
    const back = { state: 'connected', problem: null };
    script(editor.home, { celery: { status: { workers, queues } }, inngest: { status: back } });
    await banner.waitFor({ state: 'detached' });
    await workbench.job(/^Send receipt, Running, .*Inngest dev$/).waitFor();
  });

  it('show the jobs of a connection and are removed through its context menu', async () => {
    const { workbench } = use;
    await choose(/^Connection prod/, 'Show Connection Jobs');
    await workbench.job(/^Send receipt/).waitFor({ state: 'detached' });
    await workbench
      .job(/^tasks\.add/)
      .first()
      .waitFor();
    await choose(/^Connection dev/, 'Remove Connection…');
    await workbench.page.locator('.monaco-dialog-box').getByRole('button', { name: 'Remove' }).click();
    await row(/^Connection dev/).waitFor({ state: 'detached' });
  });
});
