/** Metric `latency`: how long it takes in a real editor from a command to its output, and from a change to its picture. */
import type { Frame, Page } from 'playwright-core';
import { readDaemonInfo } from '../shared/client/discovery.ts';
import { DaemonClient } from '../shared/client/http.ts';
import { Editor } from '../test/host/editor.ts';
import { Workbench } from '../test/walk/workbench.ts';
import { type Benchmark, percentile, round } from './metric.ts';

const runs = 15;
const targets = { outputMs: 300, changeMs: 150 };

interface Sample {
  /** From Enter in the input to the first output in the terminal editor. */
  output: number;
  /** From the end of the job, as the daemon recorded it, to the row, the status bar and the page saying so. */
  row: number;
  statusBar: number;
  page: number;
}

/** Milliseconds since the epoch of the first frame in which an element has this text or label. */
function seenAt(where: Page | Frame, [selector, pattern]: [selector: string, pattern: string]): Promise<number> {
  return where.evaluate(
    ([wanted, source]) =>
      new Promise<number>((settle) => {
        const { document, requestAnimationFrame } = globalThis as unknown as {
          document: { querySelectorAll(of: string): Iterable<{ ariaLabel: string | null; textContent: string }> };
          requestAnimationFrame(next: () => void): void;
        };
        const text = new RegExp(source);
        const look = () => {
          const found = [...document.querySelectorAll(wanted)].some(
            (element) => text.test(element.ariaLabel ?? '') || text.test(element.textContent),
          );
          if (found) settle(Date.now());
          else requestAnimationFrame(look);
        };
        look();
      }),
    [selector, pattern] as const,
  );
}

/** The page of the details that are open. */
async function detailFrame(page: Page): Promise<Frame> {
  for (;;) {
    for (const frame of page.frames()) {
      const headers = await frame
        .locator('header.header')
        .count()
        .catch(() => 0);
      if (headers > 0) return frame;
    }
    await page.waitForEvent('framenavigated', { timeout: 200 }).catch(() => undefined);
  }
}

async function measureOutput(workbench: Workbench, n: number): Promise<number> {
  const { page } = workbench;
  await workbench.command('Jobdeck: Run…');
  await workbench.input.fill(`echo output-${n}; sleep 0.2`);
  const seen = seenAt(page, ['.xterm-rows > div', `^output-${n}`]);
  const entered = Date.now();
  await page.keyboard.press('Enter');
  const output = (await seen) - entered;
  await workbench.command('View: Close All Editors');
  return output;
}

async function measureChange(workbench: Workbench, client: DaemonClient, n: number): Promise<Omit<Sample, 'output'>> {
  const { page } = workbench;
  const title = `change ${n}`;
  const { id } = await client.submit({ command: { shell: 'sleep 4' }, title });
  const row = workbench.job(new RegExp(`^${title}, Running`));
  await row.click();
  const details = await detailFrame(page);
  await details.locator('header.header', { hasText: 'Running' }).waitFor();
  const seen = await Promise.all([
    seenAt(page, ['.sidebar .monaco-list-row', `^${title}, Completed`]),
    seenAt(page, ['.statusbar-item[id$="jobdeck.status"]', '0 jobs running']),
    seenAt(details, ['header.header', 'Completed']),
  ]);
  const ended = Date.parse((await client.get(id)).endedAt ?? '');
  await workbench.command('View: Close All Editors');
  const [inRow = Number.NaN, inStatusBar = Number.NaN, onPage = Number.NaN] = seen.map((time) => time - ended);
  return { row: inRow, statusBar: inStatusBar, page: onPage };
}

export const latency: Benchmark = async (note) => {
  note('starting an editor');
  const editor = await Editor.start({});
  try {
    const workbench = new Workbench(await editor.open());
    await workbench.openJobs();
    await workbench.waitForStatus('0 jobs running.');
    const info = await readDaemonInfo(editor.home);
    if (info === null) throw new Error('The editor has started no daemon.');
    const client = new DaemonClient(info);
    await measureOutput(workbench, 0);
    const samples: Sample[] = [];
    for (let n = 1; n <= runs; n += 1) {
      note(`run ${n} of ${runs}`);
      samples.push({ output: await measureOutput(workbench, n), ...(await measureChange(workbench, client, n)) });
    }
    return toMetric(samples);
  } finally {
    await editor.close();
  }
};

function toMetric(samples: Sample[]) {
  const figures = (name: keyof Sample) => {
    const values = samples.map((sample) => sample[name]);
    return `${round(percentile(values, 0.5))} ms (p95 ${round(percentile(values, 0.95))})`;
  };
  const outputs = samples.map(({ output }) => output);
  const changes = samples.flatMap(({ row, statusBar, page }) => [row, statusBar, page]);
  const worstChange = percentile(changes, 0.95);
  return {
    value: round(percentile(outputs, 0.95)),
    unit: 'ms',
    target: targets.outputMs,
    met: percentile(outputs, 0.95) < targets.outputMs && worstChange < targets.changeMs,
    verdict:
      `From Enter to the first output ${figures('output')}, target ${targets.outputMs}; from a job's end to its row ` +
      `${figures('row')}, to the status bar ${figures('statusBar')} and to its page ${figures('page')}, target ` +
      `${targets.changeMs}; the first run, which warms up, is left out.`,
    samples,
  };
}
