/**
 * `npm run bench:engines`: the engines beyond this machine, with their real servers. Writes bench/engines.json. What
 * they need is installed by `npm test -- engines`.
 */
import { celeryBenchmarks } from './engines/celery.ts';
import { daemonBenchmarks } from './engines/throughDaemon.ts';
import { runBenchmarks } from './runner.ts';

await runBenchmarks(
  { ...celeryBenchmarks, ...daemonBenchmarks },
  { wanted: process.argv.slice(2), file: 'engines.json' },
);
