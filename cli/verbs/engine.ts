/** `jobdeck engine`: connections to engines beyond this machine, and what is run there. */
import type { Command } from 'commander';
import type { DaemonClient } from '../../shared/client/http.ts';
import type { Connection } from '../../shared/connection.ts';
import { exitCodes } from '../exitCode.ts';
import { printable } from '../output/text.ts';
import { renderConnection, renderConnections } from '../pages/connectionPage.ts';
import type { Cli, Runner } from '../runner.ts';
import { collect } from '../submitting/options.ts';
import { type ConnectionOptions, settingsOf } from '../values/connectionSettings.ts';
import { addEngineSubmit } from './engineSubmit.ts';

export function addEngine(program: Command, runner: Runner): void {
  const engine = program.command('engine').description('connections to Celery and Inngest, and their jobs');
  const verb = (name: string, description: string) => engine.command(name).description(description);
  const named = (name: string, description: string) => verb(name, description).argument('<name>', 'the connection');
  addAdd(verb, runner);
  verb('ls', 'list the connections').option('--json', 'print {"connections"} as JSON').action(runner.act(ls));
  named('show', 'show a connection with its workers and queues')
    .option('--json', 'print the connection as JSON')
    .action(runner.act((cli, name: string) => shown(cli, (client) => client.connection(name))));
  named('refresh', 'compare what is known of its jobs with the engine, now')
    .option('--json', 'print the connection as JSON')
    .action(runner.act((cli, name: string) => shown(cli, (client) => client.reconcile(name))));
  named('targets', 'list what can be submitted')
    .argument('[prefix]', 'only names that begin so', '')
    .option('--json', 'print {"targets"} as JSON')
    .action(runner.act(targets));
  addEngineSubmit(named, runner);
  named('rm', 'remove a connection; its jobs stay')
    .option('--json', 'print {"removed"} as JSON')
    .action(runner.act(rm));
}

function addAdd(verb: (name: string, description: string) => Command, runner: Runner): void {
  verb('add', 'try a connection, then keep it; one of that name is replaced')
    .argument('<engine>', 'celery or inngest')
    .argument('<name>', 'what to call it')
    .argument('<url>', 'redis[s]://…, amqp[s]://… or http[s]://…; with “-” it is read from this standard input')
    .option('--read-only', 'submit, cancel and retry nothing there')
    .option('--dry-run', 'only try it')
    .option('--result-backend <url>', 'Celery: where the results are, if not at the broker')
    .option('--queue <name>', 'Celery: a queue to look at beside those that workers name (repeatable)', collect)
    .option('--signing-key <key>', 'Inngest: a signing key or API key; better in JOBDECK_INNGEST_SIGNING_KEY')
    .option('--event-key <key>', 'Inngest: for sending events; better in JOBDECK_INNGEST_EVENT_KEY')
    .option('--set <name=value>', 'any other setting by its name (repeatable)', collect)
    .option('--json', 'print the connection as JSON')
    .addHelpText('after', addHelp)
    .action(
      runner.act((cli, kind: string, name: string, url: string, options: ConnectionOptions & { dryRun?: boolean }) =>
        add(cli, kind, name, url, options),
      ),
    );
}

const addHelp = `
Addresses and keys are kept in a file that only you can read, and are shown nowhere.

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
  const done = options.dryRun ? `It answers. Nothing was kept.` : `Added the connection ${printable(name)}.`;
  out.result(connection, [done, ...connection.notes.map(({ message }) => printable(message))]);
  return exitCodes.ok;
}

async function ls({ session, out }: Cli): Promise<number> {
  const connections = await session.persistently((client) => client.connections());
  out.result({ connections }, renderConnections(connections, out.colors, Date.now()));
  return exitCodes.ok;
}

async function shown({ session, out }: Cli, ask: (client: DaemonClient) => Promise<Connection>): Promise<number> {
  const connection = await session.once(ask);
  out.result(connection, renderConnection(connection, out.colors, Date.now()));
  return exitCodes.ok;
}

async function targets({ session, out }: Cli, name: string, prefix: string): Promise<number> {
  const found = await session.once((client) => client.targets(name, prefix));
  const none = [`${printable(name)} names nothing${prefix === '' ? '' : ` that begins with ${printable(prefix)}`}.`];
  out.result({ targets: found }, found.length === 0 ? none : found.map((one) => printable(one.name)));
  return exitCodes.ok;
}

async function rm({ session, out }: Cli, name: string): Promise<number> {
  await session.once((client) => client.removeConnection(name));
  out.result({ removed: 1 }, [`Removed the connection ${printable(name)}.`]);
  return exitCodes.ok;
}
