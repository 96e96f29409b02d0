/** Metric `dispatch`: how long a queue of small commands takes, compared with other background command runners. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Benchmark, type Figure, figure, metricOf, ratios } from './metric.ts';
import { nq, pueue, taskSpooler, xargs } from './peers/commandLine.ts';
import { jobdeck } from './peers/jobdeck.ts';
import { bullmq, plainjob, pm2 } from './peers/nodePrograms.ts';
import type { Peer, RunningPeer } from './peers/peer.ts';

const count = 200;
const rounds = 5;
const peers: { peer: Peer; target: number | null }[] = [
  { peer: taskSpooler, target: 1 },
  { peer: pm2, target: 5 },
  { peer: pueue, target: 30 },
  { peer: nq, target: null },
  { peer: bullmq, target: null },
  { peer: plainjob, target: null },
  { peer: xargs, target: null },
];

export const dispatch: Benchmark = async (note) => {
  const folder = mkdtempSync(join(tmpdir(), 'jobdeck-bench-'));
  const running: RunningPeer[] = [];
  try {
    const took = new Map<string, number[]>();
    const versions: Record<string, string> = {};
    const start = async (peer: Peer) => {
      const version = await peer.version();
      if (version === null) return;
      const own = join(folder, peer.name.replaceAll(/\W/g, ''));
      mkdirSync(own);
      versions[peer.name] = version;
      took.set(peer.name, []);
      const one = await peer.start(own);
      running.push(one);
      measured.push({ name: peer.name, one });
    };
    const measured: { name: string; one: RunningPeer }[] = [];
    for (const peer of [jobdeck, ...peers.map(({ peer }) => peer)]) await start(peer);
    // Round 0 warms up and is not counted.
    for (let n = 0; n <= rounds; n += 1) {
      for (const { name, one } of measured) {
        if (n === 0 && name === pueue.name) continue;
        note(`round ${n} of ${rounds}: ${name}`);
        const ms = await one.dispatch(count);
        if (n > 0) took.get(name)?.push(ms);
      }
    }
    return toMetric(took, versions);
  } finally {
    for (const one of running) await one.stop();
    rmSync(folder, { recursive: true, force: true });
  }
};

function toMetric(took: Map<string, number[]>, versions: Record<string, string>) {
  const own = took.get(jobdeck.name) ?? [];
  const compared = peers.flatMap(({ peer: { name }, target }): Figure[] => {
    const theirs = took.get(name);
    if (theirs === undefined) return [];
    const limit = target === null ? null : { atLeast: target };
    return [figure(`speed relative to ${name}`, '×', ratios(theirs, own), limit), figure(name, 'ms', theirs)];
  });
  const absent = peers.flatMap(({ peer: { name } }) => (took.has(name) ? [] : [name]));
  const about = `${count} × /bin/true, two at a time, from the first submission to the last recorded end`;
  const [first = figure('Jobdeck', 'ms', own), ...others] = [...compared, figure('Jobdeck', 'ms', own)];
  const metric = metricOf([first, ...others], about);
  const missing = absent.length === 0 ? '' : ` Not installed, so not compared: ${absent.join(', ')}.`;
  const met = metric.met && peers.every(({ peer, target }) => target === null || took.has(peer.name));
  return { ...metric, met, verdict: metric.verdict + missing, samples: [{ versions, absent }, ...metric.samples] };
}
