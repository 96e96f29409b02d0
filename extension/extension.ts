/** Composition root of the extension: creates the parts, wires them, and disposes them. */

import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { daemonHome } from '../shared/client/home.ts';
import { untranslated } from '../shared/translate.ts';
import { version } from '../shared/version.ts';
import { registerMcpServer } from './agents/mcpServer.ts';
import { registerTools } from './agents/registerTools.ts';
import { ClickGuard } from './base/clickGuard.ts';
import { ContextKey } from './base/contextKey.ts';
import { causeSeenKey, extensionId } from './base/ids.ts';
import { escapeLinks } from './base/text.ts';
import { editorTranslate } from './base/translate.ts';
import { launcherIn } from './cli/launcher.ts';
import { extendTerminalPath } from './cli/terminalPath.ts';
import { watchForCause } from './commandKit/causeSeen.ts';
import { registerCommands, showError } from './commandKit/command.ts';
import { InFront } from './commandKit/inFront.ts';
import { showStarted } from './commandKit/showStarted.ts';
import { loadCommands } from './commands/loadCommands.ts';
import { isLive } from './daemon/access.ts';
import type { DaemonConnection } from './daemon/connection.ts';
import { createConnection } from './daemon/createConnection.ts';
import { JobsModel } from './daemon/jobsModel.ts';
import { DaemonNotices } from './daemon/notices.ts';
import { DaemonSettings } from './daemonSettings/daemonSettings.ts';
import { createDefinitions, type DefinitionParts } from './definitions/createDefinitions.ts';
import { DetailPanels } from './detail/detailPanels.ts';
import { createEngines, type EngineParts } from './engines/createEngines.ts';
import { createLogs } from './logs/createLogs.ts';
import { Notifier } from './notifications/notifier.ts';
import { QueuesView } from './queues/queuesView.ts';
import { looksWith } from './row/looks.ts';
import { SchedulesView } from './schedules/schedulesView.ts';
import { ScriptsSource } from './scripts/scriptsSource.ts';
import { ScriptsTree } from './scripts/scriptsTree.ts';
import { StatsPanels } from './stats/statsPanels.ts';
import { createFailures } from './statusBar/failures.ts';
import { StatusBar } from './statusBar/statusBar.ts';
import { registerTaskProvider } from './tasks/taskProvider.ts';
import { Tracking } from './tracking/tracking.ts';
import { trackWindow } from './tracking/trackWindow.ts';
import { JobsView } from './tree/jobsView.ts';
import { viewStore } from './tree/viewStore.ts';

/** Exports for the tests in the editor. */
export interface JobdeckApi {
  readonly model: JobsModel;
  readonly connection: DaemonConnection;
  readonly view: JobsView;
  readonly statusBar: StatusBar;
  readonly scripts: ScriptsTree;
  readonly defined: DefinitionParts;
  readonly tracking: Tracking;
  readonly schedules: SchedulesView;
  readonly queues: QueuesView;
  readonly engines: EngineParts;
  readonly settings: DaemonSettings;
}

/** Registers everything and returns. The connection is established afterwards. */
export function activate(context: vscode.ExtensionContext): JobdeckApi {
  const t = editorTranslate();
  const home = daemonHome();
  const keep = <T extends { dispose(): unknown }>(part: T): T => {
    context.subscriptions.push(part);
    return part;
  };

  const log = keep(vscode.window.createOutputChannel('Jobdeck', { log: true }));
  const model = keep(new JobsModel());
  const connection = keep(createConnection(context, home, model, log));
  const defined = createDefinitions({ context, home, connection, model, t, log: (line) => log.warn(line) });
  const { definitions, presentation, tools } = defined;
  const engines = createEngines({ context, connection, model, log: (line) => log.warn(line) });
  const { connections, sources, remote } = engines;
  const buttons = new ClickGuard();
  const looks = looksWith(presentation, connections);
  const isPageInFront = (jobId: string) => details.active?.jobId === jobId;
  const view = keep(
    new JobsView({ model, access: connection, looks, store: viewStore(context), buttons, t, isPageInFront }),
  );
  // Failures that were new when the view was shown stay in it, although they count as seen from then on.
  const showFresh = () => view.tree.setFreshSince(failures.seenUntil);
  keep(view.onDidShow(showFresh));
  const failures = keep(createFailures(context, model, view));
  showFresh();
  const statusBar = keep(new StatusBar(model, connection, failures, t));
  const source = keep(new ScriptsSource());
  const scripts = keep(new ScriptsTree(source, t));
  const schedules = keep(new SchedulesView({ model, access: connection, ...defined, t }));
  const queues = keep(new QueuesView({ model, access: connection, connections, t }));
  const { logs, problems, links } = createLogs({ context, home, connection, model, t });
  const details = keep(
    new DetailPanels({ extensionUri: context.extensionUri, model, daemon: connection, looks: presentation, remote }),
  );
  const inFront = keep(new InFront({ home, activePage: () => details.active, activeLog: () => logs.active }));
  keep(watchForCause(inFront, model, new ContextKey(causeSeenKey)));
  const stats = keep(new StatsPanels({ extensionUri: context.extensionUri, model, daemon: connection, view }));
  keep(new DaemonNotices(connection, t));
  keep(
    new Notifier({
      model,
      t,
      looks: presentation,
      connectionOf: (job) => connections.of(job),
      isInView: ({ id, attempt }) =>
        vscode.window.state.focused && (details.isVisible(id) || logs.isVisible({ jobId: id, attempt })),
      placeOf: (job) => problems.placeName(job),
      select: (jobIds) => view.revealFirst(jobIds, false),
    }),
  );

  extendTerminalPath({ context, t, log: (line) => log.warn(line) });
  const table = loadCommands(context.extensionPath, {
    model,
    connection,
    view,
    inFront,
    failures,
    scripts: source,
    definitions,
    tools,
    t,
    home,
    launcher: launcherIn(context.globalStorageUri.fsPath),
    logs,
    problems,
    schedules,
    queues,
    sources,
    showDetails: (jobId) => details.show(jobId),
    showStatistics: () => stats.show(),
    showStarted: (job) => showStarted(job, { details, logs }),
    showMessage: (text) => void vscode.window.showInformationMessage(escapeLinks(text)),
    showOwnLog: () => log.show(),
  });
  const settings = keep(
    new DaemonSettings({ home, state: context.globalState, tools, showError: (error) => showError(error, { log, t }) }),
  );
  keep(connection.onDidChangeState((state) => isLive(state) && settings.refresh()));
  keep(registerCommands(table, { connection, log, t, clicks: buttons }));
  keep(registerTools(context.extension, { connection, t, folder: () => firstFolder() ?? homedir() }));
  keep(registerMcpServer({ home, version, serverFile: join(context.extensionPath, 'dist', 'mcp.js') }));
  const own = { model, t, log: (line: string) => log.warn(line) };
  keep(registerTaskProvider({ ...own, connection, tools, links }));
  // Reports are stored by the daemon, which keeps all texts in English.
  const tracking = keep(new Tracking({ ...own, t: untranslated, access: connection }));
  keep(trackWindow(tracking, untranslated));

  connection.start();
  return { model, connection, view, statusBar, scripts, schedules, queues, engines, defined, tracking, settings };
}

/** Jobs and the daemon keep running. Only jobs that this window tracks can no longer be observed, which is reported first. */
export async function deactivate(): Promise<void> {
  await vscode.extensions.getExtension<JobdeckApi>(extensionId)?.exports.tracking.windowCloses();
}

function firstFolder(): string | undefined {
  return vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === 'file')?.uri.fsPath;
}
