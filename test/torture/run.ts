/**
 * `npm run torture -- --rounds N --seed S [--round R]`: plays rounds and exits with 0 if there were no violations.
 * Everything is determined by the seed. `--round` plays a single round.
 */
import { parseArgs } from 'node:util';
import { Cgroups } from '../../daemon/engines/local/processes/cgroups.ts';
import { mayMount } from './mountNamespace.ts';
import { planRound } from './plan.ts';
import { playRound } from './round.ts';

if (process.platform !== 'linux') {
  process.stderr.write('The torture test requires Linux, because it uses /proc.\n');
  process.exit(2);
}
const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seed: { type: 'string' },
    round: { type: 'string' },
    plan: { type: 'boolean' },
  },
});
const number = (name: 'rounds' | 'seed' | 'round', text: string | undefined, otherwise: number) => {
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value) && value >= (name === 'rounds' ? 1 : 0)) return value;
  process.stderr.write(`--${name} must be a whole number such as 7, but is ${text}.\n`);
  process.exit(2);
};
const seed = number('seed', values.seed, Math.floor(Math.random() * 1_000_000));
const only = values.round === undefined ? null : number('round', values.round, 0);
const rounds = number('rounds', values.rounds, 5);
const disk = mayMount();
const cgroups = Cgroups.open();
cgroups?.close();
const say = (text: string) => process.stdout.write(`${text}\n`);

if (!disk) say('Mounting is not possible here, so disk faults are skipped.');
if (cgroups === null) say('No cgroups can be created here, so jobs that need them are skipped.');
say(`seed ${seed}, ${only === null ? `${rounds} rounds` : `round ${only} only`}`);
const sums = { kills: 0, starts: 0, jobs: 0, attempts: 0, reconnects: 0 };
const faults = new Map<string, number>();
const loggedErrors = new Map<string, number>();
let failed = 0;
for (const round of only === null ? Array.from({ length: rounds }, (_, i) => i) : [only]) {
  const plan = planRound(seed, round, { disk, cgroups: cgroups !== null });
  if (values.plan === true) {
    say(JSON.stringify(plan, null, 2));
    continue;
  }
  const began = performance.now();
  const outcome = await playRound(plan, disk);
  for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
  addTo(faults, outcome.faults);
  addTo(loggedErrors, outcome.loggedErrors);
  const seconds = Math.round((performance.now() - began) / 1000);
  const { kills, jobs, attempts } = outcome;
  say(
    `round ${round}: daemon killed ${kills} times, ${jobs} jobs, ${attempts} attempts, ${seconds} s, ${outcome.violations.length || 'no'} violations`,
  );
  if (outcome.violations.length === 0) continue;
  failed += 1;
  for (const text of outcome.violations) say(`  VIOLATION ${text}`);
  say(`  Files are kept in ${outcome.kept}.`);
  say(`  Faults: ${JSON.stringify(plan.faults)}`);
  say(`  To repeat this round: npm run torture -- --seed ${seed} --round ${round}`);
}
if (values.plan !== true) {
  say(`faults: ${summary(faults)}`);
  say(`daemon.log: ${summary(loggedErrors) || 'no errors'}`);
  say(
    `daemon started ${sums.starts} times and killed ${sums.kills} times, ${sums.jobs} jobs with ${sums.attempts} attempts, ${sums.reconnects} reconnects; ${failed} rounds with violations`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;

function addTo(sum: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, times] of more) sum.set(name, (sum.get(name) ?? 0) + times);
}

function summary(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${times} × ${name}`)
    .join('\n  ');
}
