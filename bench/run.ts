/**
 * `npm run bench`: runs every benchmark (or those named), prints a table and writes bench/results.json. With
 * `--install-peers` it first gets what Jobdeck is measured beside.
 */
import { dispatch } from './dispatch.ts';
import { editor } from './editor/editor.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { logs } from './logs.ts';
import { outputProgress } from './outputProgress.ts';
import { peerVersions } from './peers/all.ts';
import { installPeers } from './peers/install.ts';
import { reporting } from './reporting.ts';
import { runBenchmarks, tell } from './runner.ts';
import { updates } from './updates.ts';

const benchmarks = {
  dispatch,
  updates,
  latency,
  history,
  idle,
  logs,
  editor,
  reporting,
  outputProgress,
};

const install = process.argv.includes('--install-peers');
const wanted = process.argv.slice(2).filter((word) => word !== '--install-peers');
if (install) await installPeers(tell);
await runBenchmarks(benchmarks, { wanted, file: 'results.json', versions: await peerVersions() });
