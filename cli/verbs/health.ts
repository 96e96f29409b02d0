/** `jobdeck health`: whether anything needs attention. */
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import { healthLines } from '../pages/healthPage.ts';
import type { Cli, Runner } from '../runner.ts';

export function addHealth(program: Command, runner: Runner): void {
  program
    .command('health')
    .description('Show counts, queues, the largest logs, stale jobs and warnings')
    .option('--json', 'Print the health as JSON')
    .addHelpText('after', '\nExits with 1 if there are stale jobs or warnings.')
    .action(runner.act(health));
}

async function health({ session, out }: Cli): Promise<number> {
  const found = await session.persistently((client) => client.health(undefined, { logs: true }));
  out.result(found, healthLines(found, Date.now()));
  return found.status === 'ok' && found.stale.length === 0 ? exitCodes.ok : exitCodes.failed;
}
