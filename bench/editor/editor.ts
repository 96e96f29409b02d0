/** Metric `editor`: what Jobdeck costs a real editor, and how quickly the editor shows changes. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readDaemonInfo } from '../../shared/client/discovery.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import type { DaemonInfo } from '../../shared/daemon.ts';
import { Editor } from '../../test/support/editor.ts';
import { Workbench } from '../../test/walk/workbench.ts';
import { root } from '../../tools/host/paths.ts';
import { type Benchmark, figure, metricOf, percentile } from '../metric.ts';
import { ProgressLoad } from '../progressLoad.ts';
import { emptyExtensionName, installEmptyExtension } from './emptyExtension.ts';
import { MeasuredExtension } from './measuredExtension.ts';
import { type Change, measureChange, measureLogs, measureOutput } from './reaction.ts';
import { type AddedMemory, addedMemory, shownActivationMs } from './window.ts';

const runs = 15;
const windows = 5;
const load = { jobs: 20, perSecond: 1_000 };
const lastLine = 'the-last-line';

export const editor: Benchmark = async (note) => {
  const activations: Found['activations'] = [];
  const added: AddedMemory[] = [];
  for (let n = 1; n <= windows; n += 1) {
    note(`window ${n} of ${windows}: activation and memory with 10,000 jobs`);
    await withEditor(async ({ editor, workbench, client, extension }) => {
      added.push(await addedMemory(editor, workbench, client, extension));
      await workbench.command('Show Running Extensions');
      activations.push({
        ms: await extension.activationMs(),
        shown: await shownActivationMs(workbench, 'Jobdeck'),
        empty: await shownActivationMs(workbench, emptyExtensionName),
      });
    });
  }
  const outputs: number[] = [];
  const [quiet, busy]: [Change[], Change[]] = [[], []];
  let opened: number[] = [];
  await withEditor(async ({ workbench, client, info }) => {
    await measureOutput(workbench, 0);
    for (let n = 1; n <= runs; n += 1) {
      note(`run ${n} of ${runs}`);
      outputs.push(await measureOutput(workbench, n));
      quiet.push(await measureChange(workbench, client, { n, others: 0 }));
    }
    note('opening the end of a 1 GB log');
    const shell = `yes 'a line in a long log' | head -c 1000000000; echo; echo ${lastLine}`;
    const { id } = await client.submit({ command: { shell }, title: 'long log' });
    while ((await client.get(id)).endedAt === null) await wait(100);
    opened = await measureLogs(workbench, 'long log', lastLine, 5);
    const changes = await ProgressLoad.start({ client, info }, load.jobs);
    const stop = new AbortController();
    const running = changes.run(3_600, load.perSecond, stop.signal);
    try {
      for (let n = 1; n <= runs; n += 1) {
        note(`run ${n} of ${runs}, with ${load.perSecond} changes a second`);
        busy.push(await measureChange(workbench, client, { n: n + runs, others: load.jobs }));
      }
    } finally {
      stop.abort();
      await running;
      changes.close();
    }
  });
  return toMetric({ activations, added, outputs, quiet, busy, opened });
};

interface Scene {
  editor: Editor;
  extension: MeasuredExtension;
  workbench: Workbench;
  client: DaemonClient;
  info: DaemonInfo;
}

/** Opens an editor with the jobs view visible and its daemon running. */
async function withEditor(use: (scene: Scene) => Promise<void>): Promise<void> {
  const extension = new MeasuredExtension();
  const editor = await Editor.start({ extension: extension.folder });
  try {
    installEmptyExtension(editor.extensionsDir);
    const page = await editor.open();
    // Tall enough for all rows, because a list draws only the visible ones.
    await page.setViewportSize({ width: 1280, height: 1600 });
    const workbench = new Workbench(page);
    await workbench.openJobs();
    await workbench.waitForStatus('0 jobs running.');
    const info = await readDaemonInfo(editor.home);
    if (info === null) throw new Error('The editor did not start a daemon.');
    await use({ editor, extension, workbench, client: new DaemonClient(info), info });
  } finally {
    await editor.close();
    extension.remove();
  }
}

interface Found {
  activations: { ms: number; shown: number; empty: number }[];
  added: AddedMemory[];
  outputs: number[];
  quiet: Change[];
  busy: Change[];
  opened: number[];
}

function toMetric({ activations, added, outputs, quiet, busy, opened }: Found) {
  const all = (changes: Change[]) => changes.flatMap(({ row, statusBar, page }) => [row, statusBar, page]);
  const bundle = statSync(join(root, 'dist', 'extension.cjs')).size / 1000;
  const painted = (name: string, changes: Change[]) => [
    figure(
      `${name}: row`,
      'ms',
      changes.map(({ row }) => row),
    ),
    figure(
      `${name}: status bar`,
      'ms',
      changes.map(({ statusBar }) => statusBar),
    ),
    figure(
      `${name}: page`,
      'ms',
      changes.map(({ page }) => page),
    ),
  ];
  return metricOf(
    [
      figure(
        'activation time shown by the editor',
        'ms',
        activations.map(({ shown }) => shown),
        { atMost: 50 },
      ),
      figure('bundle', 'kB', [bundle], { atMost: 250 }),
      figure(
        'process memory added by 10,000 jobs',
        'MB',
        added.map(({ process }) => process),
        { atMost: 30 },
      ),
      figure('change painted at 1,000 changes a second, p95', 'ms', [percentile(all(busy), 0.95)], { atMost: 150 }),
      figure('change painted, p95', 'ms', [percentile(all(quiet), 0.95)], { atMost: 150 }),
      figure('Enter to first output, p95', 'ms', [percentile(outputs, 0.95)], { atMost: 300 }),
      figure('end of a 1 GB log shown', 'ms', opened, { atMost: 300 }),
      figure('Enter to first output', 'ms', outputs),
      figure(
        'activation: time it blocks the extension host',
        'ms',
        activations.map(({ ms }) => ms),
      ),
      figure(
        'activation time shown for an empty extension',
        'ms',
        activations.map(({ empty }) => empty),
      ),
      figure(
        'heap in use after garbage collection',
        'MB',
        added.map(({ inUse }) => inUse),
      ),
      ...painted('quiet', quiet),
      ...painted('busy', busy),
    ],
    `The extension in a real extension host, ${windows} windows, ${runs} runs`,
  );
}
