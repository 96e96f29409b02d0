/** Commands on connections: the one of a row, the selected one, or one from a picker. */
import * as vscode from 'vscode';
import type { Connection } from '../../shared/connection.ts';
import { connectionState, engineName } from '../../shared/connectionWords.ts';
import { commandIds, viewIds } from '../base/ids.ts';
import { escapeIcons, messageText, oneLine, type Translate } from '../base/text.ts';
import { type Choosable, chooseOne, type OneChoice } from '../commandKit/chooseOne.ts';
import type { CommandSpec, CommandTable } from '../commandKit/command.ts';
import { confirmLoss } from '../commandKit/confirm.ts';
import type { MessageDeps } from '../commandKit/deps.ts';
import { send } from '../commandKit/send.ts';
import { addConnection } from './connect/addConnection.ts';
import { type RunRemoteDeps, runRemote } from './run/runRemote.ts';

type ConnectionCommandName =
  | 'addConnection'
  | 'removeConnection'
  | 'refreshConnection'
  | 'showConnectionJobs'
  | 'runRemote';

export interface ConnectionCommandDeps extends RunRemoteDeps, MessageDeps {
  /** The jobs view. */
  readonly view: { setFilter(filter: { connection: readonly string[] }): void; reveal(): Promise<void> };
  /** The view that shows the connections. */
  readonly queues: {
    selectedConnection(): string | undefined;
    revealConnection(name: string): Promise<void>;
    refresh(): Promise<void>;
  };
}

export function connectionCommands(deps: ConnectionCommandDeps): Pick<CommandTable, ConnectionCommandName> {
  const { t } = deps;
  const any: OneChoice<Connection> = { applies: () => true, placeholder: t('Select a connection'), none: '' };
  const command = (choice: OneChoice<Connection>, act: (connection: Connection) => Promise<unknown>): CommandSpec => ({
    offline: 'offer',
    async run(args) {
      const connection = await chooseOne(choosable(deps), args, choice);
      if (connection !== undefined) await act(connection);
    },
  });
  const writable: OneChoice<Connection> = {
    applies: ({ readOnly }) => !readOnly,
    placeholder: t('Select a connection to run it on'),
    none: t('All connections are read-only.'),
  };
  return {
    addConnection: { offline: 'start', run: () => add(deps) },
    removeConnection: command(any, (connection) => remove(deps, connection)),
    refreshConnection: command(any, (connection) => refresh(deps, connection)),
    showConnectionJobs: command(any, async ({ name }) => {
      deps.view.setFilter({ connection: [name] });
      await deps.view.reveal();
    }),
    runRemote: { ...command(writable, (connection) => runRemote(deps, connection)), startsJobs: true },
  };
}

async function add(deps: ConnectionCommandDeps): Promise<void> {
  const { t } = deps;
  await addConnection({
    existing: await send(deps, (client) => client.connections()),
    send: (ask) => send(deps, ask),
    made: ({ name, notes }) => {
      deps.showMessage([t('Connection {0} added.', name), ...notes.map((note) => messageText(note, t))].join(' '));
      void deps.queues.revealConnection(name);
    },
    t,
  });
}

async function remove(deps: ConnectionCommandDeps, { name }: Connection): Promise<void> {
  const { t } = deps;
  const detail = t('Its jobs stay in the list. Unfinished jobs continue, but Jobdeck no longer tracks them.');
  const buttons = { keep: t('Keep Connection'), lose: t('Remove') };
  if (!(await confirmLoss(t('Remove the connection {0}?', name), detail, buttons))) return;
  await send(deps, (client) => client.removeConnection(name));
  await deps.queues.refresh();
}

/** Synchronizes with the engine, with progress in the view. */
async function refresh(deps: ConnectionCommandDeps, { name }: Connection): Promise<void> {
  try {
    await vscode.window.withProgress({ location: { viewId: viewIds.queues } }, () =>
      send(deps, (client) => client.reconcile(name)),
    );
  } finally {
    await deps.queues.refresh();
  }
}

function choosable({ t, showMessage, connection, queues }: ConnectionCommandDeps): Choosable<Connection> {
  return {
    all: () => send({ connection }, (client) => client.connections()),
    refIn: ({ kind, name, connection: of }) =>
      kind === 'connection' ? name : kind === 'worker' || kind === 'remoteQueue' ? of : undefined,
    selected: () => queues.selectedConnection(),
    isNamed: ({ name }, ref) => name === ref,
    gone: (name) => t('Connection {0} no longer exists.', name),
    item: (one) => connectionItem(one, t),
    showMessage,
    showNone: () => offerToAdd(t),
  };
}

function offerToAdd(t: Translate): void {
  const yes = t('Add Connection…');
  void vscode.window.showInformationMessage(t('No connections to Celery or Inngest yet.'), yes).then((choice) => {
    if (choice === yes) void vscode.commands.executeCommand(commandIds.addConnection);
  });
}

function connectionItem(connection: Connection, t: Translate): vscode.QuickPickItem {
  const { name, engine, url } = connection;
  const description = [engineName(engine), connectionState(connection, Date.now(), t), oneLine(url)].join(' · ');
  return { label: `$(plug) ${escapeIcons(name)}`, description: escapeIcons(description) };
}
