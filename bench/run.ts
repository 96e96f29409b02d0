/**
 * `npm run bench`: runs all or the named benchmarks, prints a table and writes bench/results.json. With
 * `--install-peers` it first installs the tools that Jobdeck is compared with.
 */
import { clear } from './clear.ts';
import { dispatch } from './dispatch.ts';
import { editor } from './editor/editor.ts';
import { health } from './health.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { latency } from './latency.ts';
import { logs } from './logs.ts';
import { outputProgress } from './outputProgress.ts';
import { peerVersions } from './peers/all.ts';
import { installPeers } from './peers/install.ts';
import { reporting } from './reporting.ts';
import { restart } from './restart.ts';
import { logStep, runBenchmarks } from './runner.ts';
import { updates } from './updates.ts';

const benchmarks = {
  dispatch,
  updates,
  latency,
  health,
  clear,
  history,
  restart,
  idle,
  logs,
  editor,
  reporting,
  outputProgress,
};

const install = process.argv.includes('--install-peers');
const wanted = process.argv.slice(2).filter((arg) => arg !== '--install-peers');
if (install) await installPeers(logStep);
await runBenchmarks(benchmarks, { wanted, file: 'results.json', versions: await peerVersions() });
