/** Metric `updates`: durable progress over one WebSocket, beside plain SQLite statements that store as much. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { WebSocket } from 'ws';
import type { ReportBatch, ReportsRefused, ReportsTaken, StartReply } from '../shared/reporting.ts';
import { type Benchmark, percentile, round } from './metric.ts';
import { type Measured, startMeasured } from './process.ts';

const perBatch = 1_000;
const perRound = 200_000;
const rounds = 5;
/** Batches sent before the first is answered. */
const ahead = 8;
/** One program that does one thing; a pool of workers. */
const loads = [1, 20];
/** A thousand jobs that report all at once, through one connection: told beside, since no program is like that. */
const crowd = 1_000;
const target = 0.5;

export const updates: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  const daemon = await startMeasured(home);
  const socket = await connect(daemon);
  try {
    const samples = [];
    for (const jobs of [...loads, crowd]) {
      note(`${rounds} rounds of ${perRound} updates of ${jobs} job(s), in turn by SQL and by reports`);
      const ids = await startJobs(daemon, jobs);
      const [raw, reported]: [number[], number[]] = [[], []];
      for (let n = 0; n < rounds; n += 1) {
        raw.push(rawRate(join(folder, `raw-${jobs}-${n}.db`), ids));
        reported.push(await reportRate(socket, ids, n));
      }
      await checkStored(daemon, ids);
      const [rawPerSecond, reportedPerSecond] = [percentile(raw, 0.5), percentile(reported, 0.5)];
      const share = Math.round((reportedPerSecond / rawPerSecond) * 100) / 100;
      samples.push({ jobs, share, reportedPerSecond: round(reportedPerSecond), rawPerSecond: round(rawPerSecond) });
    }
    return verdictOf(samples);
  } finally {
    socket.close();
    await daemon.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

interface Sample {
  jobs: number;
  share: number;
  reportedPerSecond: number;
  rawPerSecond: number;
}

const progressOf = (n: number) => ({ current: n, total: perRound * rounds, message: null, phase: null });

/** Updates a second by a prepared statement in transactions of `perBatch`, with the settings of the daemon's database. */
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

/** Updates a second from the first batch sent to the last one answered, that is committed. */
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
    for (let n = 0; n < ahead; n += 1) send();
  });
}

/** As a client sends it: with its sequence of each job, so that each report is taken once. */
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

async function connect({ info }: Measured): Promise<WebSocket> {
  const headers = { authorization: `Bearer ${info.token}` };
  const socket = new WebSocket(`ws://127.0.0.1:${info.port}/v1/stream`, { headers });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return socket;
}

async function startJobs(daemon: Measured, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n += 1) ids.push((await ask<StartReply>(daemon, '/start', { title: `Job ${n}` })).job.id);
  return ids;
}

/** Every job shows the last that was reported of it. */
async function checkStored(daemon: Measured, ids: readonly string[]): Promise<void> {
  const last = perRound * rounds;
  for (const [index, id] of ids.entries()) {
    const { progress } = await ask<{ progress: { current: number } }>(daemon, `/${id}/progress`);
    const expected = last - ids.length + index;
    if (progress.current !== expected) throw new Error(`Job ${id} is at ${progress.current} instead of ${expected}.`);
  }
}

async function ask<T>({ info }: Measured, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`http://127.0.0.1:${info.port}/v1/jobs${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${info.token}`, 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  });
  if (!reply.ok) throw new Error(await reply.text());
  return (await reply.json()) as T;
}

function verdictOf(samples: Sample[]) {
  const usual = samples.filter(({ jobs }) => jobs !== crowd);
  const value = Math.min(...usual.map(({ share }) => share));
  const list = usual.map(({ share, jobs }) => `${share} with ${jobs} job${jobs === 1 ? '' : 's'}`).join(', ');
  const crowded = samples.find(({ jobs }) => jobs === crowd)?.share;
  return {
    ...{ value, unit: '×', target, met: value >= target, samples },
    verdict: `Committed progress over one WebSocket, in batches of ${perBatch} reports, comes at these shares of the rate of bare UPDATE statements in transactions of ${perBatch}: ${list} (target ${target}). Where each report of a batch is of another of ${crowd} jobs, so that none overwrites another before it is written, it is ${crowded}.`,
  };
}
