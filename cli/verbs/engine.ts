/** `jobdeck engine`: connections to Celery and Inngest, and jobs that run there. */
import type { Command } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Connection } from '../../shared/connection.ts';
import { exitCodes } from '../exitCode.ts';
import { forEach } from '../forEach.ts';
import { printable } from '../output/text.ts';
import { renderConnection, renderConnections } from '../pages/connectionPage.ts';
import type { Cli, Runner } from '../runner.ts';
import { collect } from '../submitting/options.ts';
import { type ConnectionOptions, settingsOf } from '../values/connectionSettings.ts';
import { addEngineSubmit } from './engineSubmit.ts';

export function addEngine(program: Command, runner: Runner): void {
  const engine = program.command('engine').description('Manage connections to Celery and Inngest');
  const verb = (name: string, description: string) => engine.command(name).description(description);
  const named = (name: string, description: string) => verb(name, description).argument('<name>', 'Connection');
  const several = (name: string, description: string) => verb(name, description).argument('<names...>', 'Connections');
  addAdd(verb('add', 'Test a connection and save it; replaces the one of this name'), runner);
  verb('ls', 'List connections').alias('list').option('--json', 'Print {"connections"} as JSON').action(runner.act(ls));
  several('show', 'Show connections with their workers and queues')
    .option('--json', 'Print the connection as JSON; several as {"connections", "errors"}')
    .action(runner.act((cli, names: string[]) => show(cli, names, (client, name) => client.connection(name))));
  several('refresh', 'Update the jobs of connections from the engine')
    .option('--json', 'Print the connection as JSON; several as {"connections", "errors"}')
    .action(runner.act((cli, names: string[]) => show(cli, names, (client, name) => client.reconcile(name))));
  named('targets', 'List tasks or functions that can be submitted')
    .argument('[prefix]', 'Only names with this prefix', '')
    .option('--json', 'Print {"targets"} as JSON')
    .action(runner.act(targets));
  addEngineSubmit(named, runner);
  several('rm', 'Remove connections; their jobs are kept')
    .option('--json', 'Print {"removed"} as JSON; for several also "names" and "errors"')
    .action(runner.act(rm));
}

function addAdd(verb: Command, runner: Runner): void {
  verb
    .argument('<engine>', 'celery or inngest')
    .argument('<name>', 'Name of the connection')
    .argument('<url>', 'redis[s]://…, amqp[s]://… or http[s]://…; “-” reads it from standard input')
    .option('--read-only', 'Don’t allow submitting, cancelling and retrying')
    .option('--dry-run', 'Only test the connection')
    .option('--result-backend <url>', 'Celery: result backend, if it isn’t the broker')
    .option('--queue <name>', 'Celery: a queue to watch that no worker reports (repeatable)', collect)
    .option('--signing-key <key>', 'Inngest: signing key or API key; prefer JOBDECK_INNGEST_SIGNING_KEY')
    .option('--event-key <key>', 'Inngest: key for sending events; prefer JOBDECK_INNGEST_EVENT_KEY')
    .option('--set <name=value>', 'Another setting by its name (repeatable)', collect)
    .option('--json', 'Print the connection as JSON')
    .addHelpText('after', addHelp)
    .action(
      runner.act((cli, kind: string, name: string, url: string, options: ConnectionOptions & { dryRun?: boolean }) =>
        add(cli, kind, name, url, options),
      ),
    );
}

const addHelp = `
Addresses and keys are stored in a file that only you can read, and are never displayed.

Examples:
  jobdeck engine add celery prod redis://localhost:6379/0
  jobdeck engine add celery prod amqp://localhost --result-backend redis://localhost/1
  jobdeck engine add inngest dev http://localhost:8288`;

async function add(
  { session, out }: Cli,
  kind: string,
  name: string,
  url: string,
  options: ConnectionOptions & { dryRun?: boolean },
): Promise<number> {
  const settings = await settingsOf(kind, url, options, process.env);
  const connection = await session.once((client) => client.setConnection(name, settings, options.dryRun === true));
  const done = options.dryRun ? 'The connection works. Nothing was saved.' : `Added the connection ${printable(name)}.`;
  out.result(connection, [done, ...connection.notes.map(({ message }) => printable(message))]);
  return exitCodes.ok;
}

async function ls({ session, out }: Cli): Promise<number> {
  const connections = await session.persistently((client) => client.connections());
  out.result({ connections }, renderConnections(connections, out.colors, Date.now()));
  return exitCodes.ok;
}

function show(
  cli: Cli,
  names: string[],
  request: (client: DaemonClient, name: string) => Promise<Connection>,
): Promise<number> {
  const separator = names.length > 1 ? [''] : [];
  return forEach(
    cli,
    names,
    {
      act: (name) => cli.session.once((client) => request(client, name)),
      lines: (connection) => [...renderConnection(connection, cli.out.colors, Date.now()), ...separator],
      one: (connection) => connection,
      several: (connections) => ({ connections }),
    },
    'name',
  );
}

async function targets({ session, out }: Cli, name: string, prefix: string): Promise<number> {
  const found = await session.once((client) => client.targets(name, prefix));
  const none = [`No targets${prefix === '' ? '' : ` with the prefix ${printable(prefix)}`} at ${printable(name)}.`];
  out.result({ targets: found }, found.length === 0 ? none : found.map((one) => printable(one.name)));
  return exitCodes.ok;
}

function rm(cli: Cli, connections: string[]): Promise<number> {
  const act = async (name: string) => {
    await cli.session.once((client) => client.removeConnection(name));
    return name;
  };
  const several = (names: string[]) => ({ removed: names.length, names });
  const lines = (name: string) => [`Removed the connection ${printable(name)}.`];
  return forEach(cli, connections, { act, lines, one: () => ({ removed: 1 }), several }, 'name');
}
