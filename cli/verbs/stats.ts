/** `jobdeck stats`: figures of finished jobs. */
import type { Command } from 'commander';
import type { StatsQuery } from '../../shared/stats.ts';
import { exitCodes } from '../exitCode.ts';
import { renderStats } from '../pages/statsPage.ts';
import type { Cli, Runner } from '../runner.ts';
import { filterTimeOf } from '../values/times.ts';

export function addStats(program: Command, runner: Runner): void {
  program
    .command('stats')
    .description('Show results and durations of finished jobs by type and day')
    .option('--since <time>', 'First day: 2026-03-01, “2 weeks ago”, 90d (default: 30d)')
    .option('--until <time>', 'Last day (default: today)')
    .option('--type <type>', 'Only jobs of this type')
    .option('--timezone <zone>', 'Time zone of the days, such as Europe/Berlin (default: the local one)')
    .option('--json', 'Print the figures as JSON')
    .action(runner.act(stats));
}

async function stats({ session, out }: Cli, { since, until, type, timezone }: StatsQuery): Promise<number> {
  const now = Date.now();
  const query = {
    since: await filterTimeOf('--since', since, now),
    until: await filterTimeOf('--until', until, now),
    type,
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
  const figures = await session.persistently((client) => client.stats(query));
  out.result(figures, renderStats(figures, out.colors));
  return exitCodes.ok;
}
