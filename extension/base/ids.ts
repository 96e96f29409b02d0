/** IDs shared with package.json. test/unit/extension/manifest.test.ts checks that both agree. */

/**
 * Commands. Commands on jobs accept no argument (they show a picker), a job ID, a tree row, several of these, or the URI
 * of a log document.
 */
export const commandIds = {
  run: 'jobdeck.run',
  runScript: 'jobdeck.runScript',
  runDefined: 'jobdeck.runDefined',
  backfill: 'jobdeck.backfill',
  newDefinition: 'jobdeck.newDefinition',
  cancel: 'jobdeck.cancel',
  retry: 'jobdeck.retry',
  runAgain: 'jobdeck.runAgain',
  retryEdited: 'jobdeck.retryEdited',
  retryAllFailed: 'jobdeck.retryAllFailed',
  pause: 'jobdeck.pause',
  resume: 'jobdeck.resume',
  hold: 'jobdeck.hold',
  release: 'jobdeck.release',
  sendInput: 'jobdeck.sendInput',
  forceFail: 'jobdeck.forceFail',
  changeQueue: 'jobdeck.changeQueue',
  pauseQueue: 'jobdeck.pauseQueue',
  resumeQueue: 'jobdeck.resumeQueue',
  resizeQueue: 'jobdeck.resizeQueue',
  removeQueue: 'jobdeck.removeQueue',
  addConnection: 'jobdeck.addConnection',
  removeConnection: 'jobdeck.removeConnection',
  refreshConnection: 'jobdeck.refreshConnection',
  showConnectionJobs: 'jobdeck.showConnectionJobs',
  runRemote: 'jobdeck.runRemote',
  rerunFromStep: 'jobdeck.rerunFromStep',
  openTaskSource: 'jobdeck.openTaskSource',
  copyExternalId: 'jobdeck.copyExternalId',
  runSchedule: 'jobdeck.runSchedule',
  pauseSchedule: 'jobdeck.pauseSchedule',
  resumeSchedule: 'jobdeck.resumeSchedule',
  openSchedule: 'jobdeck.openSchedule',
  copyScheduleName: 'jobdeck.copyScheduleName',
  removeSchedule: 'jobdeck.removeSchedule',
  showStatistics: 'jobdeck.showStatistics',
  openLog: 'jobdeck.openLog',
  openWholeLog: 'jobdeck.openWholeLog',
  openProblem: 'jobdeck.openProblem',
  showDetails: 'jobdeck.showDetails',
  copyId: 'jobdeck.copyId',
  copyCommand: 'jobdeck.copyCommand',
  remove: 'jobdeck.remove',
  clearFinished: 'jobdeck.clearFinished',
  filter: 'jobdeck.filter',
  clearFilter: 'jobdeck.clearFilter',
  search: 'jobdeck.search',
  filterByDate: 'jobdeck.filterByDate',
  arrange: 'jobdeck.arrange',
  loadMore: 'jobdeck.loadMore',
  cancelMatching: 'jobdeck.cancelMatching',
  retryMatching: 'jobdeck.retryMatching',
  removeMatching: 'jobdeck.removeMatching',
  showJobs: 'jobdeck.showJobs',
  getStarted: 'jobdeck.getStarted',
  showDaemonLog: 'jobdeck.showDaemonLog',
  startDaemon: 'jobdeck.startDaemon',
  restartDaemon: 'jobdeck.restartDaemon',
  stopDaemon: 'jobdeck.stopDaemon',
} as const;
export type CommandName = keyof typeof commandIds;

/** Publisher and name, as in package.json. */
export const extensionId = 'jobdeck.jobdeck';

/** ID of the walkthrough in package.json. */
export const walkthroughId = 'start';

export const viewIds = {
  container: 'jobdeck',
  jobs: 'jobdeck.jobs',
  scripts: 'jobdeck.scripts',
  schedules: 'jobdeck.schedules',
  queues: 'jobdeck.queues',
} as const;

/** Keys for `when` clauses: the status of the connection, and whether a filter is set. */
export const contextKeys = {
  daemon: 'jobdeck.daemon',
  filtered: 'jobdeck.filtered',
  databaseLost: 'jobdeck.databaseLost',
} as const;

export const settingIds = {
  openLogOnStart: 'jobdeck.log.openOnStart',
  notifications: 'jobdeck.notifications.show',
  notificationsByType: 'jobdeck.notifications.byType',
  mcpServer: 'jobdeck.agents.mcpServer',
  trackTasks: 'jobdeck.tasks.track',
  trackTerminals: 'jobdeck.terminals.trackAfterSeconds',
} as const;

/** Scheme of the read-only documents with the log of a finished attempt. */
export const logScheme = 'jobdeck-log';

export const statusBarId = 'jobdeck.status';

/** ID of a language model tool, derived from its name on the MCP server. */
export function toolIdOf(name: string): string {
  return `jobdeck_${name}`;
}

/** View type of the detail panel, for `onWebviewPanel:`. */
export const detailPanelType = 'jobdeck.detail';

/** Type of tasks in tasks.json that run as jobs. */
export const taskType = 'jobdeck';

/** View type of the statistics panel. */
export const statsPanelType = 'jobdeck.stats';
