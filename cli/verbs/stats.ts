/** `jobdeck stats`: how many jobs ended, how, and how long they took. */
import type { Command } from 'commander';
import type { StatsQuery } from '../../shared/protocol.ts';
import { exitCodes } from '../exitCode.ts';
import { renderStats } from '../pages/statsPage.ts';
import type { Cli, Runner } from '../runner.ts';
import { filterTimeOf } from '../values/times.ts';

export function addStats(program: Command, runner: Runner): void {
  program
    .command('stats')
    .description('show how many jobs ended, how, and how long they took')
    .option('--since <time>', 'first day (UTC): 2026-03-01, “2 weeks ago”, 90d (default: 30d)')
    .option('--until <time>', 'last day (default: today)')
    .option('--type <type>', 'only jobs of this type')
    .option('--json', 'print the figures as JSON')
    .action(runner.act(stats));
}

async function stats({ session, out }: Cli, { since, until, type }: StatsQuery): Promise<number> {
  const now = Date.now();
  const query = {
    since: await filterTimeOf('since', since, now),
    until: await filterTimeOf('until', until, now),
    type,
  };
  const figures = await session.persistently((client) => client.stats(query));
  out.result(figures, renderStats(figures, out.colors));
  return exitCodes.ok;
}
