/** `jobdeck daemon`: start, stop, ask after the daemon. */
import type { Command } from 'commander';
import { findDaemon } from '../../shared/client/find.ts';
import { DaemonClient } from '../../shared/client/http.ts';
import { untilGone } from '../../shared/client/process.ts';
import { daemonGone } from '../../shared/client/request.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { exitCodes } from '../exitCode.ts';
import { healthLines } from '../pages/healthPage.ts';
import type { Cli, Runner } from '../runner.ts';

/** Milliseconds a daemon may take to stop. */
const stopLimit = 10_000;

export function addDaemon(program: Command, runner: Runner): void {
  const daemon = program.command('daemon').description('start, stop or ask after the daemon that runs the jobs');
  const verb = (name: string, description: string) =>
    daemon.command(name).description(description).option('--json', 'print one JSON document');
  verb('start', 'start the daemon if it is not running').action(runner.act(start));
  verb('stop', 'stop the daemon; running jobs go on without it').action(runner.act(stop));
  verb('status', 'show how the daemon is; exit code 3 when it is not running').action(runner.act(status));
}

async function start({ session, out }: Cli): Promise<number> {
  const health = await session.persistently((client) => client.health());
  out.result({ running: true, ...health }, healthLines(health, Date.now()));
  return exitCodes.ok;
}

async function status({ home, out }: Cli): Promise<number> {
  const found = await findDaemon(home);
  if (found === null) {
    out.result({ running: false, home }, [`The daemon is not running. Its home is ${home}.`]);
    return exitCodes.notRunning;
  }
  if (found.health === null) throw silent(found.info.pid);
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
  if (found.health === null) throw silent(pid);
  const client = new DaemonClient(found.info);
  try {
    await client.stop();
  } catch (error) {
    // It went while it was asked to.
    if (!daemonGone(error)) throw error;
  } finally {
    client.close();
  }
  if (!(await untilGone(pid, stopLimit))) throw silent(pid);
  const active = found.health.jobs.running;
  const jobs = active === 0 ? '' : ` ${active === 1 ? '1 job runs' : `${active} jobs run`} on.`;
  out.result({ running: false, home, pid }, [`Stopped the daemon (process ${pid}).${jobs}`]);
  return exitCodes.ok;
}

function silent(pid: number): JobdeckError {
  return new JobdeckError(
    'DAEMON_UNREACHABLE',
    `The daemon (process ${pid}) does not answer.`,
    `If it stays so, end it with “kill -9 ${pid}”; running jobs go on without it.`,
  );
}
