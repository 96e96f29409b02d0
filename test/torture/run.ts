/**
 * `npm run torture -- --rounds N --seed S [--round R]`: plays rounds and ends with 0 when nothing was violated. What it
 * does is drawn from the seed; `--round` plays that one alone.
 */
import { parseArgs } from 'node:util';
import { mayMount } from './alone.ts';
import { planRound } from './plan.ts';
import { playRound } from './round.ts';

if (process.platform !== 'linux') {
  process.stderr.write('The torture needs Linux: it finds processes by /proc.\n');
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
  process.stderr.write(`--${name} is a whole number, such as 7; this is ${text}.\n`);
  process.exit(2);
};
const seed = number('seed', values.seed, Math.floor(Math.random() * 1_000_000));
const only = values.round === undefined ? null : number('round', values.round, 0);
const rounds = number('rounds', values.rounds, 5);
const disk = mayMount();
const say = (text: string) => process.stdout.write(`${text}\n`);

if (!disk) say('A file system of its own can not be mounted here: no disk is filled and no home made read-only.');
say(`seed ${seed}, ${only === null ? `${rounds} rounds` : `round ${only} alone`}`);
const sums = { kills: 0, starts: 0, jobs: 0, attempts: 0, reconnects: 0 };
const faults = new Map<string, number>();
const complaints = new Map<string, number>();
let failed = 0;
for (const round of only === null ? Array.from({ length: rounds }, (_, i) => i) : [only]) {
  const plan = planRound(seed, round, { disk });
  if (values.plan === true) {
    say(JSON.stringify(plan, null, 2));
    continue;
  }
  const began = performance.now();
  const outcome = await playRound(plan, disk);
  for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += outcome[key];
  addTo(faults, outcome.faults);
  addTo(complaints, outcome.complaints);
  const seconds = Math.round((performance.now() - began) / 1000);
  const { kills, jobs, attempts } = outcome;
  say(
    `round ${round}: ${kills} kills of the daemon, ${jobs} jobs, ${attempts} attempts, ${seconds} s, ${outcome.violations.length || 'no'} violations`,
  );
  if (outcome.violations.length === 0) continue;
  failed += 1;
  for (const text of outcome.violations) say(`  VIOLATION ${text}`);
  say(`  What it left is in ${outcome.kept}.`);
  say(`  What was done: ${JSON.stringify(plan.faults)}`);
  say(`  The same actions at the same instants: npm run torture -- --seed ${seed} --round ${round}`);
}
if (values.plan !== true) {
  say(`faults: ${told(faults)}`);
  say(`daemon.log: ${told(complaints) || 'no errors'}`);
  say(
    `${sums.kills} kills of the daemon in ${sums.starts} starts, ${sums.jobs} jobs with ${sums.attempts} attempts, ${sums.reconnects} reconnects; ${failed} rounds with violations`,
  );
}
process.exitCode = failed === 0 ? 0 : 1;

function addTo(sum: Map<string, number>, more: ReadonlyMap<string, number>): void {
  for (const [name, times] of more) sum.set(name, (sum.get(name) ?? 0) + times);
}

function told(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .map(([name, times]) => `${times} × ${name}`)
    .join('\n  ');
}
