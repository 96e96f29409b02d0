/** Metric `updates`: durable progress over one WebSocket, compared with equivalent plain SQL and BullMQ. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { WebSocket } from 'ws';
import type { ReportBatch, ReportsRefused, ReportsTaken, StartReply } from '../shared/reporting.ts';
import { connect } from './feed.ts';
import { type Benchmark, type Figure, figure, type Metric, metricOf, ratios } from './metric.ts';
import { bullmq, withRedis } from './peers/nodePrograms.ts';
import { type Measured, startMeasured } from './process.ts';

const perBatch = 1_000;
const perRound = 200_000;
const rounds = 5;
/** Smaller, because peers are slower. */
const perPeerRound = 20_000;
/** Batches in flight before the first reply. */
const inFlight = 8;
/** A program with one job; a pool of workers. */
const loads = [1, 20];
/** A thousand jobs reporting at once through one connection: informational, because no real program does this. */
const manyJobs = 1_000;
const target = 0.5;

export const updates: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const daemon = await startMeasured(home);
  const socket = await connect(daemon.info);
  const bullmqProgram = (await bullmq.version()) === null ? null : await withRedis('bullmqProgress.ts', folder);
  try {
    const figures: Figure[] = [];
    for (const jobs of [...loads, manyJobs]) {
      note(`${rounds} rounds of ${perRound} updates of ${jobs} job(s), alternating plain SQL and reports`);
      const ids = await startJobs(daemon, jobs);
      const [raw, reported, peer]: [number[], number[], number[]] = [[], [], []];
      for (let n = 0; n < rounds; n += 1) {
        raw.push(rawRate(join(folder, `raw-${jobs}-${n}.db`), ids));
        reported.push(await reportRate(socket, ids, n));
        if (bullmqProgram !== null && jobs === 1)
          peer.push((perPeerRound / (await bullmqProgram.dispatch(perPeerRound))) * 1000);
      }
      await checkStored(daemon, ids);
      const label = jobs === 1 ? 'one job' : `${jobs} jobs`;
      const share = figure(
        `relative to plain SQL, ${label}`,
        '×',
        ratios(reported, raw),
        jobs === manyJobs ? null : { atLeast: target },
      );
      figures.push(share, figure(`committed, ${label}`, '/s', reported), figure(`plain SQL, ${label}`, '/s', raw));
      if (peer.length === 0) continue;
      figures.push(figure('speed relative to BullMQ', '×', ratios(reported, peer), { atLeast: 10 }));
      figures.push(figure('BullMQ, one job', '/s', peer));
    }
    return toMetric(figures, bullmqProgram === null);
  } finally {
    socket.close();
    await daemon.stop();
    await bullmqProgram?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

const progressOf = (n: number) => ({ current: n, total: perRound * rounds, message: null, phase: null });

/**
 * Updates per second with a prepared statement, in transactions of `perBatch`, using the daemon's database settings.
 */
function rawRate(file: string, ids: readonly string[]): number {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.exec('CREATE TABLE jobs (id TEXT PRIMARY KEY, progress TEXT, last_activity_at INTEGER NOT NULL) STRICT');
  const insert = db.prepare('INSERT INTO jobs VALUES (?, NULL, 0)');
  for (const id of ids) insert.run(id);
  const update = db.prepare('UPDATE jobs SET progress = ?, last_activity_at = ? WHERE id = ?');
  const write = db.transaction((from: number) => {
    for (let n = from; n < from + perBatch; n += 1) {
      update.run(JSON.stringify(progressOf(n)), Date.now(), ids[n % ids.length]);
    }
  });
  const began = performance.now();
  for (let from = 0; from < perRound; from += perBatch) write.immediate(from);
  const took = performance.now() - began;
  db.close();
  return (perRound / took) * 1000;
}

/** Updates per second from the first batch sent to the last acknowledged, and therefore committed, batch. */
function reportRate(socket: WebSocket, ids: readonly string[], turn: number): Promise<number> {
  const batches = perRound / perBatch;
  const began = performance.now();
  let [sent, answered] = [0, 0];
  const send = () => {
    const first = turn * perRound + sent * perBatch;
    socket.send(JSON.stringify(batchOf(ids, turn * batches + sent, first)));
    sent += 1;
  };
  return new Promise((resolve, reject) => {
    const listen = (data: unknown) => {
      const message = JSON.parse(String(data)) as ReportsTaken | ReportsRefused;
      if (message.type !== 'reported') return reject(new Error(`The reports were refused: ${String(data)}`));
      answered += 1;
      if (sent < batches) send();
      if (answered < batches) return;
      socket.off('message', listen);
      resolve((perRound / (performance.now() - began)) * 1000);
    };
    socket.on('message', listen);
    for (let n = 0; n < inFlight; n += 1) send();
  });
}

/** Numbers reports per job like a client, so that each report is applied exactly once. */
function batchOf(ids: readonly string[], batch: number, first: number): ReportBatch {
  const jobs = new Map<string, ReportBatch['jobs'][number]['reports']>(ids.slice(0, perBatch).map((id) => [id, []]));
  for (let n = first; n < first + perBatch; n += 1) {
    const seq = Math.floor(n / ids.length) + 1;
    const { current, total } = progressOf(n);
    jobs.get(ids[n % ids.length] ?? '')?.push({ kind: 'progress', current, total, seq });
  }
  const entries = [...jobs].map(([jobId, reports]) => ({ jobId, client: 'bench', reports }));
  return { type: 'report', batch, jobs: entries };
}

async function startJobs(daemon: Measured, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1)
    ids.push((await request<StartReply>(daemon, '/start', { title: `Job ${n}` })).job.id);
  return ids;
}

/** Checks that every job has the last progress reported for it. */
async function checkStored(daemon: Measured, ids: readonly string[]): Promise<void> {
  const last = perRound * rounds;
  for (const [index, id] of ids.entries()) {
    const { progress } = await request<{ progress: { current: number } }>(daemon, `/${id}/progress`);
    const expected = last - ids.length + index;
    if (progress.current !== expected) throw new Error(`Job ${id} is at ${progress.current} instead of ${expected}.`);
  }
}

async function request<T>({ info }: Measured, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`http://127.0.0.1:${info.port}/v1/jobs${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${info.token}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(await reply.text());
  return (await reply.json()) as T;
}

function toMetric(figures: Figure[], isPeerAbsent: boolean): Metric {
  const [first, ...others] = figures;
  if (first === undefined) throw new Error('Nothing was measured.');
  const metric = metricOf([first, ...others], `Progress over one WebSocket, in batches of ${perBatch} reports`);
  if (!isPeerAbsent) return metric;
  return { ...metric, met: false, verdict: `${metric.verdict} Not installed, so not compared: ${bullmq.name}.` };
}
