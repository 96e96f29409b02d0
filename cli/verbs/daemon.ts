/** `jobdeck daemon`: start, stop and inspect the daemon. */
import type { Command } from 'commander';
import { findDaemon } from '../../shared/client/find.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { untilGone } from '../../shared/client/process.ts';
import { daemonGone } from '../../shared/client/request.ts';
import type { JobdeckError } from '../../shared/errors.ts';
import { exitCodes } from '../exitCode.ts';
import { healthLines } from '../pages/healthPage.ts';
import { cliError } from '../problems.ts';
import type { Cli, Runner } from '../runner.ts';

/** Milliseconds to wait for the daemon to stop. */
const stopLimit = 10_000;

export function addDaemon(program: Command, runner: Runner): void {
  const daemon = program.command('daemon').description('Manage the daemon that runs the jobs');
  const verb = (name: string, description: string) =>
    daemon.command(name).description(description).option('--json', 'Print {"running", …} as JSON');
  verb('start', 'Start the daemon if it isn’t running').action(runner.act(start));
  verb('stop', 'Stop the daemon; running jobs continue').action(runner.act(stop));
  verb('status', 'Show the state of the daemon; exits with 3 if it isn’t running').action(runner.act(status));
}

async function start({ session, out }: Cli): Promise<number> {
  const health = await session.persistently((client) => client.health());
  out.result({ running: true, ...health }, healthLines(health, Date.now()));
  return exitCodes.ok;
}

async function status({ home, out }: Cli): Promise<number> {
  const found = await findDaemon(home);
  if (found === null) {
    out.result({ running: false, home }, [`The daemon is not running. Its home folder is ${home}.`]);
    return exitCodes.notRunning;
  }
  if (found.health === null) throw unresponsive(found.info.pid);
  out.result({ running: true, ...found.health }, healthLines(found.health, Date.now()));
  return exitCodes.ok;
}

async function stop({ home, out }: Cli): Promise<number> {
  const found = await findDaemon(home);
  if (found === null) {
    out.result({ running: false, home }, ['The daemon is not running.']);
    return exitCodes.ok;
  }
  const { pid } = found.info;
  if (found.health === null) throw unresponsive(pid);
  const client = new DaemonClient(found.info);
  try {
    await client.stop();
  } catch (error) {
    // It exited before it could reply.
    if (!daemonGone(error)) throw error;
  } finally {
    client.close();
  }
  if (!(await untilGone(pid, stopLimit))) throw unresponsive(pid);
  const active = found.health.jobs.running;
  const jobs = active === 0 ? '' : ` ${active === 1 ? '1 job keeps' : `${active} jobs keep`} running.`;
  out.result({ running: false, home, pid }, [`Stopped the daemon (process ${pid}).${jobs}`]);
  return exitCodes.ok;
}

function unresponsive(pid: number): JobdeckError {
  return cliError('DAEMON_UNREACHABLE/noResponse', { pid });
}
