/** IDs shared with package.json. test/unit/extension/manifest.test.ts checks that both agree. */

/**
 * Commands. Commands on jobs accept no argument (they apply to what the user is looking at, or ask), a job ID, a tree row, several of these, or the URI
 * of a log document.
 */
export const commandIds = {
  run: 'jobdeck.run',
  runScript: 'jobdeck.runScript',
  runDefined: 'jobdeck.runDefined',
  backfill: 'jobdeck.backfill',
  newDefinition: 'jobdeck.newDefinition',
  reviewDefinitions: 'jobdeck.reviewDefinitions',
  activateDefinitions: 'jobdeck.activateDefinitions',
  cancel: 'jobdeck.cancel',
  retry: 'jobdeck.retry',
  runAgain: 'jobdeck.runAgain',
  retryEdited: 'jobdeck.retryEdited',
  retryAllFailed: 'jobdeck.retryAllFailed',
  pause: 'jobdeck.pause',
  resume: 'jobdeck.resume',
  hold: 'jobdeck.hold',
  release: 'jobdeck.release',
  startNow: 'jobdeck.startNow',
  raisePriority: 'jobdeck.raisePriority',
  setPriority: 'jobdeck.setPriority',
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
  newSchedule: 'jobdeck.newSchedule',
  editSchedule: 'jobdeck.editSchedule',
  removeSchedule: 'jobdeck.removeSchedule',
  showStatistics: 'jobdeck.showStatistics',
  openLog: 'jobdeck.openLog',
  openWholeLog: 'jobdeck.openWholeLog',
  openProblem: 'jobdeck.openProblem',
  copyLineLink: 'jobdeck.copyLineLink',
  openLineLink: 'jobdeck.openLineLink',
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
  installCli: 'jobdeck.installCli',
  uninstallCli: 'jobdeck.uninstallCli',
  getStarted: 'jobdeck.getStarted',
  showDaemonLog: 'jobdeck.showDaemonLog',
  startDaemon: 'jobdeck.startDaemon',
  restartDaemon: 'jobdeck.restartDaemon',
  stopDaemon: 'jobdeck.stopDaemon',
} as const;
export type CommandName = keyof typeof commandIds;

/**
 * Commands under another title in the Command Palette, where they may have to ask what they apply to (“Cancel Job…”). In menus
 * and on keys they know.
 */
export const paletteIds = {
  cancel: 'jobdeck.palette.cancel',
  retry: 'jobdeck.palette.retry',
  runAgain: 'jobdeck.palette.runAgain',
  pause: 'jobdeck.palette.pause',
  resume: 'jobdeck.palette.resume',
  runSchedule: 'jobdeck.palette.runSchedule',
  openLog: 'jobdeck.palette.openLog',
  openProblem: 'jobdeck.palette.openProblem',
  showDetails: 'jobdeck.palette.showDetails',
} as const satisfies Partial<Record<CommandName, string>>;

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

/** Commands that a click on a row runs. They are not in package.json, because they act on the selected row only. */
export const rowCommandIds = { jobs: 'jobdeck.jobs.openRow', schedules: 'jobdeck.schedules.openRow' } as const;

/**
 * Keys for `when` clauses: the status of the connection, whether a filter is set or definitions need a review, the menu tokens
 * of all rows if several are selected, and what is known not to exist, so that no text about it appears while it is being read.
 */
export const contextKeys = {
  daemon: 'jobdeck.daemon',
  filtered: 'jobdeck.filtered',
  pending: 'jobdeck.pendingDefinitions',
  selectedActions: 'jobdeck.selectedActions',
  noJobs: 'jobdeck.noJobs',
  noScripts: 'jobdeck.noScripts',
  noSchedules: 'jobdeck.noSchedules',
} as const;

/** The key of the view “Queues & Engines”, which appears when there is more than the default queue. */
export const hasQueuesKey = 'jobdeck.hasQueues';

/** The key that completes the step of the walkthrough about failed jobs: the user has seen one. */
export const causeSeenKey = 'jobdeck.causeSeen';

export const settingIds = {
  runOpens: 'jobdeck.run.opens',
  openLogOnStart: 'jobdeck.log.openOnStart',
  notifications: 'jobdeck.notifications.show',
  notificationsByType: 'jobdeck.notifications.byType',
  mcpServer: 'jobdeck.agents.mcpServer',
  trackTasks: 'jobdeck.tasks.track',
  trackTerminals: 'jobdeck.terminals.trackAfterSeconds',
  groupBy: 'jobdeck.view.groupBy',
  sortBy: 'jobdeck.view.sortBy',
} as const;

/** Section of the editor's settings that are the daemon's: each is in its `config.json` by the rest of its name. */
export const daemonSettingPrefix = 'jobdeck.daemon';
export const daemonSettingNames = [
  'cancelGraceSeconds',
  'retention.days',
  'retention.jobs',
  'retention.logGigabytes',
  'staleMinutes',
  'reportedTimeLimitMinutes',
  'idleExitSeconds',
  'disk.warnGigabytes',
  'disk.cutLogGigabytes',
  'disk.attemptLogGigabytes',
  'port',
] as const;

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
