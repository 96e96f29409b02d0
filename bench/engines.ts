/**
 * `npm run bench:engines`: measures the remote engines with real servers and writes bench/engines.json. Run
 * `npm test -- engines` first to install the servers.
 */
import { celeryBenchmarks } from './engines/celery.ts';
import { daemonBenchmarks } from './engines/throughDaemon.ts';
import { runBenchmarks } from './runner.ts';

await runBenchmarks(
  { ...celeryBenchmarks, ...daemonBenchmarks },
  { wanted: process.argv.slice(2), file: 'engines.json' },
);
