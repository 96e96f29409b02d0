/** Ids that package.json and the code share; test/unit/extension/manifest.test.ts keeps the two in step. */

/**
 * Commands. Those about jobs take nothing (they ask which), the id of a job, a row of the tree, several of these, or
 * the uri of a log document.
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

/** As in package.json: publisher and name. */
export const extensionId = 'jobdeck.jobdeck';

/** Id of the walkthrough in package.json. */
export const walkthroughId = 'start';

export const viewIds = {
  container: 'jobdeck',
  jobs: 'jobdeck.jobs',
  scripts: 'jobdeck.scripts',
  schedules: 'jobdeck.schedules',
  queues: 'jobdeck.queues',
} as const;

/** Keys for `when` clauses: the connection's status, and whether the tree hides jobs by a filter. */
export const contextKeys = { daemon: 'jobdeck.daemon', filtered: 'jobdeck.filtered' } as const;

export const settingIds = {
  openLogOnStart: 'jobdeck.log.openOnStart',
  notifications: 'jobdeck.notifications.show',
  notificationsByType: 'jobdeck.notifications.byType',
  mcpServer: 'jobdeck.agents.mcpServer',
  trackTasks: 'jobdeck.tasks.track',
  trackTerminals: 'jobdeck.terminals.trackAfterSeconds',
} as const;

/** Scheme of the read-only documents that hold a finished attempt's log. */
export const logScheme = 'jobdeck-log';

export const statusBarId = 'jobdeck.status';

/** Id of a language-model tool, from the name that agents outside the editor know it by. */
export function toolIdOf(name: string): string {
  return `jobdeck_${name}`;
}

/** Type of the detail panel, for `onWebviewPanel:`. */
export const detailPanelType = 'jobdeck.detail';

/** Type of the entries of tasks.json that run as jobs. */
export const taskType = 'jobdeck';

/** Type of the statistics panel, likewise. */
export const statsPanelType = 'jobdeck.stats';
