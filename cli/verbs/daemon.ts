/** `jobdeck daemon`: start, stop and inspect the daemon. */
import type { Command } from 'commander';
import { type AnsweringDaemon, findDaemon, type SilentDaemon, silentDaemon } from '../../shared/client/find.ts';
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
  verb('start', 'Start the daemon if it isn’t running')
    .option('--take-over', 'Give up jobs that were running on another machine or in a container that no longer exists')
    .action(runner.act(start));
  verb('stop', 'Stop the daemon; running jobs continue').action(runner.act(stop));
  verb('status', 'Show the state of the daemon; exits with 3 if it isn’t running').action(runner.act(status));
}

async function start({ session, out }: Cli, { takeOver = false }: { takeOver?: boolean }): Promise<number> {
  if (takeOver) session.takeOver();
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
  if (found.health === null) throw silent(found);
  out.result({ running: true, ...found.health }, healthLines(found.health, Date.now()));
  return exitCodes.ok;
}

async function stop({ home, out }: Cli): Promise<number> {
  const found = await findDaemon(home);
  if (found === null) {
    out.result({ running: false, home }, ['The daemon is not running.']);
    return exitCodes.ok;
  }
  const pid = await (found.health === null ? end(found) : ask(found));
  const active = found.health?.jobs.running ?? 0;
  const jobs = active === 0 ? '' : ` ${active === 1 ? '1 job keeps' : `${active} jobs keep`} running.`;
  out.result({ running: false, home, pid }, [`Stopped the daemon (process ${pid}).${jobs}`]);
  return exitCodes.ok;
}

/** Asks the daemon to stop and waits for its end. */
async function ask({ info, health: { pid } }: AnsweringDaemon): Promise<number> {
  const client = new DaemonClient(info);
  try {
    await client.stop();
  } catch (error) {
    // It exited before it could reply.
    if (!daemonGone(error)) throw error;
  } finally {
    client.close();
  }
  if (await untilGone(pid, stopLimit)) return pid;
  throw cliError('DAEMON_UNREACHABLE/noResponse', { pid });
}

/** Ends a daemon that doesn't answer, if its process is proved to be the daemon. A daemon may be killed at any time. */
async function end(found: SilentDaemon): Promise<number> {
  const { pid, proven } = found;
  if (!proven) throw silent(found);
  process.kill(pid, 'SIGTERM');
  // Without this, a stopped process would never receive it.
  if (process.platform !== 'win32') process.kill(pid, 'SIGCONT');
  if (await untilGone(pid, stopLimit)) return pid;
  process.kill(pid, 'SIGKILL');
  if (await untilGone(pid, stopLimit)) return pid;
  throw silent(found);
}

function silent(found: SilentDaemon): JobdeckError {
  return found.host === null ? cliError('DAEMON_UNREACHABLE/noResponse', { pid: found.pid }) : silentDaemon(found);
}
