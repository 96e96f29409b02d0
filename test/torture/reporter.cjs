/**
 * A program that reports a job: `node reporter.cjs LABEL ROWS PAUSE_MS`. Prints the job's ID when the daemon knows it.
 */
const { join } = require('node:path');
const { setTimeout: pause } = require('node:timers/promises');
const { startJob } = require(join(__dirname, '../../dist/client.js'));

const [label, rows, pauseMs] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];

async function main() {
  const job = startJob({
    title: label,
    type: 'reported',
    total: rows,
    steps: ['read', 'write'],
    idempotencyKey: label,
    heartbeatMs: 120_000,
    timeLimitMs: null,
    quiet: true,
  });
  job.known.then((id) => process.stdout.write(`${id}\n`));
  job.step('read').complete();
  for (let row = 1; row <= rows; row += 1) {
    job.log(`${label} ${row}\n`);
    job.step('write').progress(row / rows);
    await pause(pauseMs);
  }
  job.warning(`${label} is done`);
  job.complete({ rows });
}

void main();
