/** The statistics page in a real editor: its tab, and the messages between them. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { Emitter } from '../../extension/base/event.ts';
import { statsPanelType } from '../../extension/base/ids.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { StatsPanel } from '../../extension/stats/statsPanel.ts';
import type { JobFilter } from '../../extension/tree/filter/filter.ts';
import type { StatsMessage, StatsPageMessage } from '../../shared/statsPanel.ts';
import { clear, jobdeck, run, submitAndWait, until } from './harness.ts';

/** A fake panel: it records messages to the page and sends messages from it. */
class Page {
  readonly #received = new vscode.EventEmitter<unknown>();
  readonly #viewState = new vscode.EventEmitter<never>();
  readonly #arrived = new Emitter<StatsMessage>();
  readonly messages: StatsMessage[] = [];
  readonly panel: vscode.WebviewPanel;
  visible = true;

  constructor(real: vscode.WebviewPanel) {
    const page = this;
    const webview = {
      options: {},
      html: '',
      cspSource: real.webview.cspSource,
      asWebviewUri: (uri: vscode.Uri) => real.webview.asWebviewUri(uri),
      onDidReceiveMessage: this.#received.event,
      postMessage: async (message: StatsMessage) => {
        this.messages.push(message);
        this.#arrived.fire(message);
        return true;
      },
    };
    this.panel = {
      viewType: real.viewType,
      options: {},
      viewColumn: real.viewColumn,
      active: true,
      title: '',
      webview,
      reveal: () => undefined,
      dispose: () => real.dispose(),
      onDidDispose: real.onDidDispose,
      onDidChangeViewState: this.#viewState.event,
      get visible() {
        return page.visible;
      },
    };
  }

  say(message: StatsPageMessage | object): void {
    this.#received.fire(message);
  }

  hide(): void {
    this.visible = false;
    this.#viewState.fire(undefined as never);
  }

  /** Resolves with the first new message that matches, or the last one if it already does. */
  until(wanted: (message: StatsMessage) => boolean): Promise<StatsMessage> {
    const last = this.messages.at(-1);
    if (last !== undefined && wanted(last)) return Promise.resolve(last);
    return new Promise((resolve) => {
      const subscription = this.#arrived.event((message) => {
        if (!wanted(message)) return;
        subscription.dispose();
        resolve(message);
      });
    });
  }
}

describe('the statistics page', () => {
  let api: JobdeckApi;
  let extensionUri: vscode.Uri;
  const filters: JobFilter[] = [];
  const opened: vscode.Disposable[] = [];

  before(async () => {
    api = await jobdeck();
    await clear(api);
    extensionUri = vscode.extensions.getExtension('jobdeck.jobdeck')?.extensionUri ?? vscode.Uri.file('/');
  });
  afterEach(async () => {
    filters.length = 0;
    for (const one of opened.splice(0)) one.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  function openPage(): Page {
    const real = vscode.window.createWebviewPanel(statsPanelType, 'test', vscode.ViewColumn.Active);
    const page = new Page(real);
    const view = { setFilter: (filter: JobFilter) => void filters.push(filter), reveal: async () => undefined };
    const panel = new StatsPanel(page.panel, 30, { extensionUri, model: api.model, daemon: api.connection, view });
    opened.push(panel, real);
    page.say({ type: 'ready' });
    return page;
  }

  const tabs = () =>
    vscode.window.tabGroups.all
      .flatMap(({ tabs: all }) => all)
      .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.includes(statsPanelType));

  it('opens only once with its command', async () => {
    await run('showStatistics');
    await until(() => tabs().length === 1);
    await run('showStatistics');
    assert.equal(tabs().length, 1);
    assert.equal(tabs()[0]?.label, 'Job Statistics');
  });

  it('receives the last 30 days, and updates when a job ends', async () => {
    const page = openPage();
    const { days, stats } = await page.until((message) => message.stats !== null);
    assert.equal(days, 30);
    const today = new Date();
    const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 29);
    assert.equal(stats?.since, first.toISOString());
    const failed = stats?.failed ?? 0;
    await submitAndWait(api, 'exit 3');
    await page.until((message) => message.stats?.failed === failed + 1);
  });

  it('covers the selected period', async () => {
    const page = openPage();
    await page.until((message) => message.stats !== null);
    page.say({ type: 'window', days: 7 });
    const { days } = await page.until(
      ({ stats }) => Date.parse(stats?.lastDay ?? '') - Date.parse(stats?.firstDay ?? '') === 6 * 86_400_000,
    );
    assert.equal(days, 7);
  });

  it('shows the jobs of a type or status in the tree, and ignores invalid messages', async () => {
    const page = openPage();
    for (const wrong of [{ type: 'showJobs' }, { type: 'showJobs', status: 'all' }, { type: 'filter' }])
      page.say(wrong);
    const { stats } = await page.until((message) => message.stats !== null);
    const endedSince = stats?.since;
    page.say({ type: 'showJobs', jobType: 'build', status: null, day: null });
    page.say({ type: 'showJobs', jobType: null, status: 'failed', day: null });
    page.say({ type: 'showJobs', jobType: 'build', status: 'lost', day: null });
    page.say({ type: 'showJobs', jobType: null, status: 'failed', day: '2026-11-24' });
    assert.deepEqual(filters, [
      { type: ['build'], endedSince },
      { status: ['failed'], endedSince },
      { status: ['lost'], type: ['build'], endedSince },
      {
        status: ['failed'],
        endedSince: new Date(2026, 10, 24).toISOString(),
        endedUntil: new Date(2026, 10, 24, 23, 59, 59, 999).toISOString(),
      },
    ]);
  });

  it('sends nothing to a hidden page, and everything when it is visible again', async () => {
    const page = openPage();
    const before = (await page.until((message) => message.stats !== null)).stats?.jobs ?? 0;
    page.hide();
    page.messages.length = 0;
    await submitAndWait(api, 'true');
    assert.deepEqual(page.messages, []);
    page.visible = true;
    page.say({ type: 'ready' });
    await page.until((message) => message.stats?.jobs === before + 1);
  });
});
