/** The detail panel in a real editor: its tab, its page, and the messages between them. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { Emitter } from '../../extension/base/event.ts';
import { detailPanelType } from '../../extension/base/ids.ts';
import type { ConnectionState, DaemonAccess } from '../../extension/daemon/access.ts';
import { DetailPanel } from '../../extension/detail/panel.ts';
import type { JobdeckApi } from '../../extension/extension.ts';
import { logPath } from '../../extension/logs/logFiles.ts';
import { daemonHome } from '../../shared/client/home.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { JobdeckError } from '../../shared/errors.ts';
import type { JobDetail } from '../../shared/job.ts';
import type {
  HistoryMessage,
  LogChunkMessage,
  PageMessage,
  PanelMessage,
  ReplyMessage,
  SnapshotMessage,
  UpdateMessage,
} from '../../shared/panel.ts';
import { ended, jobdeck, run, until } from './harness.ts';

const live: ConnectionState = { status: 'connected', error: null, warnings: [] };

/** Access to the real daemon that a test can interrupt. */
class Access implements DaemonAccess {
  readonly #emitter = new Emitter<ConnectionState>();
  readonly #api: JobdeckApi;
  state: ConnectionState = live;
  /** An error to return instead of a list of jobs. */
  refusal: JobdeckError | null = null;
  readonly onDidChangeState = this.#emitter.event;

  constructor(api: JobdeckApi) {
    this.#api = api;
  }

  /** A separate client, whose error classes are bundled with the test. */
  async client(): Promise<DaemonClient> {
    const client = new DaemonClient((await this.#api.connection.client()).address);
    const { refusal } = this;
    if (refusal !== null) client.list = () => Promise.reject(refusal);
    return client;
  }

  turn(status: ConnectionState['status']): void {
    this.state = { ...live, status };
    this.#emitter.fire(this.state);
  }
}

/** A fake panel: it records messages to the page and sends messages from it. */
class Page {
  readonly #received = new vscode.EventEmitter<unknown>();
  readonly #viewState = new vscode.EventEmitter<never>();
  readonly #arrived = new Emitter<PanelMessage>();
  readonly messages: PanelMessage[] = [];
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
      postMessage: async (message: PanelMessage) => {
        this.messages.push(message);
        this.#arrived.fire(message);
        if (message.type === 'logChunk') this.say({ type: 'shown', seq: message.seq });
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

  say(message: PageMessage | object): void {
    this.#received.fire(message);
  }

  /** Hides the page, as the editor does. */
  hide(): void {
    this.visible = false;
    this.#viewState.fire(undefined as never);
  }

  /** Resolves with the first message that matches, including earlier ones. */
  until<T extends PanelMessage>(wanted: (message: PanelMessage) => message is T): Promise<T> {
    const there = this.messages.find(wanted);
    if (there !== undefined) return Promise.resolve(there);
    return new Promise((resolve) => {
      const subscription = this.#arrived.event((message) => {
        if (!wanted(message)) return;
        subscription.dispose();
        resolve(message);
      });
    });
  }

  snapshot(wanted: (message: SnapshotMessage) => boolean): Promise<SnapshotMessage> {
    return this.until((message): message is SnapshotMessage => message.type === 'snapshot' && wanted(message));
  }

  log(wanted: (message: LogChunkMessage) => boolean): Promise<LogChunkMessage> {
    return this.until((message): message is LogChunkMessage => message.type === 'logChunk' && wanted(message));
  }

  reply(requestId: number): Promise<ReplyMessage> {
    return this.until(
      (message): message is ReplyMessage => message.type === 'reply' && message.requestId === requestId,
    );
  }

  /** Forgets all messages received so far. */
  forget(): void {
    this.messages.length = 0;
  }
}

describe('the detail panel', () => {
  let api: JobdeckApi;
  let access: Access;
  let extensionUri: vscode.Uri;
  const opened: vscode.Disposable[] = [];

  before(async () => {
    api = await jobdeck();
    const extension = vscode.extensions.getExtension('jobdeck.jobdeck');
    assert.ok(extension !== undefined);
    extensionUri = extension.extensionUri;
  });

  beforeEach(() => {
    access = new Access(api);
  });

  afterEach(async () => {
    for (const one of opened.splice(0)) one.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  async function submit(script: string, title = 'A job'): Promise<JobDetail> {
    return (await access.client()).submit({ command: { shell: script }, cwd: '/', title });
  }

  function createPanel(): vscode.WebviewPanel {
    const panel = vscode.window.createWebviewPanel(detailPanelType, 'test', vscode.ViewColumn.One, {
      enableScripts: true,
    });
    opened.push(panel);
    return panel;
  }

  /** A page of this job that has sent “ready”. */
  function openPage(jobId: string): Page {
    const page = new Page(createPanel());
    opened.push(
      new DetailPanel(page.panel, jobId, null, {
        extensionUri,
        model: api.model,
        daemon: access,
        looks: api.defined.presentation,
        remote: api.engines.remote,
      }),
    );
    page.say({ type: 'ready' });
    return page;
  }

  function detailTabs(): string[] {
    return vscode.window.tabGroups.all
      .flatMap(({ tabs }) => tabs)
      .filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(detailPanelType))
      .map(({ label }) => label);
  }

  it('opens one tab per job with the job’s title', async () => {
    const [one, two] = [await submit('echo one', 'First job'), await submit('echo two', 'Second job')];
    for (const { id } of [one, two, one]) await run('showDetails', id);
    await until(() => detailTabs().includes('First job') && detailTabs().includes('Second job'));
    assert.deepEqual(detailTabs().sort(), ['First job', 'Second job']);
  });

  it('has a page that runs and shows the log', async () => {
    const { id } = await submit('echo hello');
    const panel = createPanel();
    const types: string[] = [];
    const shown = new Promise<void>((resolve) => {
      panel.webview.onDidReceiveMessage(({ type }: PageMessage) => {
        types.push(type);
        if (type === 'shown') resolve();
      });
    });
    opened.push(
      new DetailPanel(panel, id, null, {
        extensionUri,
        model: api.model,
        daemon: access,
        looks: api.defined.presentation,
        remote: api.engines.remote,
      }),
    );
    await shown;
    assert.deepEqual(types.slice(0, 2), ['ready', 'shown']);
  });

  it('sends everything once its page is ready, and nothing before', async () => {
    const { id } = await submit('echo hello; exit 3', 'Ends with 3');
    const page = new Page(createPanel());
    opened.push(
      new DetailPanel(page.panel, id, null, {
        extensionUri,
        model: api.model,
        daemon: access,
        looks: api.defined.presentation,
        remote: api.engines.remote,
      }),
    );
    access.turn('connected');
    assert.deepEqual(page.messages, []);
    page.say({ type: 'ready' });
    const { job, link } = await page.snapshot((message) => message.job?.status === 'failed');
    assert.deepEqual([job?.exitCode, job?.attempts.length, link.state], [3, 1, 'live']);
    assert.equal((await page.log(() => true)).reset, true);
    const { attempt, text } = await page.log((chunk) => chunk.text !== '');
    assert.deepEqual([attempt, text], [1, 'hello\n']);
    await page.log(({ ended }) => ended);
    assert.equal(page.panel.title, 'Ends with 3');
  });

  it('runs commands for its buttons and replies to each', async () => {
    const { id } = await submit('sleep 300');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'running');
    page.say({ type: 'action', requestId: 7, action: 'cancel', jobId: null, attempt: null });
    assert.deepEqual(await page.reply(7), { type: 'reply', requestId: 7, ok: true });
    await page.snapshot((message) => message.job?.status === 'cancelled');
    page.say({ type: 'action', requestId: 8, action: 'copyId', jobId: null, attempt: null });
    await page.reply(8);
    assert.equal(await vscode.env.clipboard.readText(), id);
  });

  it('pauses a running job, and sends its resource use automatically', async () => {
    const { id } = await submit('sleep 300');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'running');
    page.say({ type: 'action', requestId: 1, action: 'pause', jobId: null, attempt: null });
    assert.equal((await page.reply(1)).ok, true);
    const { job } = await page.snapshot((message) => typeof message.job?.pausedAt === 'string');
    assert.equal(job?.capabilities.resume.allowed, true);
    await page.snapshot((message) => (message.job?.resources?.memoryBytes ?? 0) > 0);
  });

  it('replies with the reason if an action fails', async () => {
    const cwd = mkdtempSync(join(tmpdir(), 'jobdeck-gone-'));
    const { id } = await (await access.client()).submit({ command: { shell: 'true' }, cwd });
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'completed');
    rmdirSync(cwd);
    page.say({ type: 'action', requestId: 9, action: 'openFolder', jobId: null, attempt: null });
    const reply = await page.reply(9);
    assert.ok(!reply.ok);
    assert.equal(reply.error.code, 'CWD_MISSING');
    assert.match(reply.error.message, new RegExp(cwd));
  });

  it('shows changes from the feed before it has read the whole job', async () => {
    const { id } = await submit('sleep 300');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'running');
    const client = await access.client();
    // A concurrent read may already include the change, which is then not sent separately.
    for (let current = 1; ; current += 1) {
      await client.report(id, { kind: 'progress', current, total: 1_000 });
      const message = await page.until(
        (message): message is UpdateMessage | SnapshotMessage =>
          (message.type === 'update' || message.type === 'snapshot') && message.job?.progress?.current === current,
      );
      const { job: whole } = await page.snapshot((message) => message.job?.progress?.current === current);
      assert.ok((whole?.rev ?? 0) >= (message.job?.rev ?? 0));
      if (message.type === 'update') break;
    }
  });

  it('sends the durations of similar jobs, and again when one ends', async () => {
    const like = async () => ended(api, (await submit('exit 0 # like the others')).id);
    const jobs = [await like(), await like(), await like()];
    const page = openPage(jobs[1]?.id ?? '');
    const history = (wanted: number) =>
      page.until((message): message is HistoryMessage => message.type === 'history' && message.runs.length === wanted);
    const { sameCommand, runs } = await history(3);
    assert.equal(sameCommand, true);
    assert.deepEqual(
      runs.map(({ id }) => id),
      jobs.map(({ id }) => id),
    );
    const latest = await like();
    assert.equal((await history(4)).runs.at(-1)?.id, latest.id);
  });

  it('reports why similar runs could not be read, until they can be', async () => {
    const { id } = await submit('exit 0 # refused');
    await ended(api, id);
    access.refusal = new JobdeckError({ code: 'INTERNAL', message: 'The disk does not answer.', hint: null });
    const page = openPage(id);
    const { job, problem } = await page.snapshot((message) => message.problem !== null);
    assert.deepEqual([job?.id, problem?.message], [id, 'The disk does not answer.']);
    access.refusal = null;
    page.forget();
    await ended(api, (await submit('exit 0 # refused')).id);
    await page.snapshot((message) => message.problem === null);
  });

  it('ignores invalid messages', async () => {
    const { id } = await submit('true');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'completed');
    page.forget();
    for (const wrong of [{}, { type: 'action', action: 'rm', requestId: 1 }, { type: 'selectAttempt', attempt: -1 }]) {
      page.say(wrong);
    }
    page.say({ type: 'action', requestId: 2, action: 'copyId', jobId: null, attempt: null });
    await page.reply(2);
    assert.equal(page.messages.filter(({ type }) => type === 'reply').length, 1);
    access.turn('connected');
    assert.equal((await page.snapshot(() => true)).attempt, null);
  });

  it('shows the selected attempt, otherwise the latest', async () => {
    const { id } = await submit('echo tried; exit 1');
    const page = openPage(id);
    await page.log(({ attempt, ended }) => attempt === 1 && ended);
    await (await access.client()).retry(id);
    await page.log(({ attempt, ended }) => attempt === 2 && ended);
    page.forget();
    page.say({ type: 'selectAttempt', attempt: 1 });
    assert.equal((await page.snapshot(() => true)).attempt, 1);
    await page.log(({ attempt, ended }) => attempt === 1 && ended);
  });

  it('sends nothing to a hidden page, and everything when it is visible again', async () => {
    const { id } = await submit('sleep 300');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'running');
    page.hide();
    page.forget();
    await (await access.client()).cancel(id);
    await ended(api, id);
    assert.deepEqual(page.messages, []);
    page.visible = true;
    page.say({ type: 'ready' });
    await page.snapshot((message) => message.job?.status === 'cancelled');
  });

  it('keeps its content while the daemon is unavailable, shows since when, and recovers', async () => {
    const { id } = await submit('true', 'Kept');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'completed');
    page.forget();
    access.turn('reconnecting');
    const away = await page.snapshot(() => true);
    assert.deepEqual([away.link.state, away.job?.title], ['connecting', 'Kept']);
    assert.ok(Date.parse(away.link.since ?? '') > 0);
    page.forget();
    access.turn('connected');
    assert.equal((await page.snapshot(() => true)).link.state, 'live');
  });

  it('reports removed and unknown jobs', async () => {
    const { id } = await submit('true', 'Goes');
    const page = openPage(id);
    await page.snapshot((message) => message.job?.status === 'completed');
    await (await access.client()).remove(id);
    const removed = await page.snapshot((message) => message.removed);
    assert.equal(removed.job?.title, 'Goes');
    const missing = openPage('no-such-job');
    await missing.snapshot((message) => message.removed && message.job === null);
  });

  it('reports a deleted log file', async () => {
    const { id } = await submit('echo x');
    await ended(api, id);
    await rm(logPath(daemonHome(), { jobId: id, attempt: 1 }));
    const page = openPage(id);
    const { error } = await page.log((chunk) => chunk.error !== null);
    assert.equal(error?.code, 'LOG_NOT_FOUND');
    assert.doesNotMatch(error?.message ?? '', /ENOENT|\/|\\/);
  });
});
