/** Warnings about the daemon itself. */
import { defineMessages, defineProblems } from './define.ts';

/** How many jobs were found again after the database was lost. */
export const databaseReason = defineMessages({
  'database.restored': { one: '1 job was found again.', other: '{count} jobs were found again.' },
  'database.noneRestored': 'No running jobs were found.',
});

const restoreHint =
  'The logs of earlier jobs are kept. To go back to a backup, stop the daemon and replace jobs.db. This warning ends after a week.';
const checkHint =
  'Waiting jobs are on hold, because they may already have run. Check them, then release or remove them. This warning ends after a week.';
const hint = 'See daemon.log for details.';

export const daemonWarning = defineProblems({
  DATABASE_SET_ASIDE: {
    message: 'The database could not be read. It was moved to {file}, and a new one was created. {restored}',
    hint: restoreHint,
  },
  CONFIG_IGNORED: {
    message: 'The defaults are used for all settings, and no jobs are removed automatically. {reason}',
    hint: '{advice}',
  },
  DISK_LOW: {
    message: 'The disk of {folder} is running low: {free:bytes} are free.',
    hint: 'Free some space. “jobdeck health” lists the largest logs.',
  },
  'DISK_LOW/log': {
    message:
      'The disk of {folder} is running low: {free:bytes} are free. The log of “{title}” grows and has {bytes:bytes}: {path}',
    hint: 'Free some space, or cancel the job. “jobdeck health” lists the largest logs.',
  },
  LOG_CUT: {
    message:
      '{bytes:bytes} were removed from the middle of the log of “{title}”, because the disk was nearly full: {path}',
    hint: 'The job continues, and its log has the beginning and the latest output.',
  },
  DATABASE_MISSING: {
    message: 'The database was missing or empty, and a new one was created. {restored}',
    hint: restoreHint,
  },
  'DATABASE_MISSING/setAside': {
    message: 'The database was missing or empty, and a new one was created. The rest of it is in {file}. {restored}',
    hint: restoreHint,
  },
  DATABASE_OLDER: {
    message: 'The database has lost the latest changes, or was replaced by an earlier copy. {restored}',
    hint: checkHint,
  },
  'DATABASE_OLDER/setAside': {
    message: 'The database has lost the latest changes. The unreadable part is in {file}. {restored}',
    hint: checkHint,
  },
  DATABASE_REPLACED: {
    message: 'The database was replaced by another one. {restored}',
    hint: checkHint,
  },
  LOG_UNWRITABLE: {
    message: 'The daemon can’t write to {file}: {reason}.',
    hint: 'Delete what is in its place, then restart the daemon.',
  },
  'HEALTH_INCOMPLETE/jobs': { message: 'Could not read the number of jobs: {reason}.', hint },
  'HEALTH_INCOMPLETE/oldestWaiting': { message: 'Could not read the longest wait: {reason}.', hint },
  'HEALTH_INCOMPLETE/lastCleanUp': { message: 'Could not read the last cleanup: {reason}.', hint },
  'HEALTH_INCOMPLETE/queues': { message: 'Could not read the queues: {reason}.', hint },
  'HEALTH_INCOMPLETE/engines': { message: 'Could not read the engines: {reason}.', hint },
  'HEALTH_INCOMPLETE/schedules': { message: 'Could not read the schedules: {reason}.', hint },
  'HEALTH_INCOMPLETE/databaseBytes': { message: 'Could not read the size of the database: {reason}.', hint },
  'HEALTH_INCOMPLETE/disk': { message: 'Could not read the free space of the disk: {reason}.', hint },
  'HEALTH_INCOMPLETE/logs': { message: 'Could not measure the logs: {reason}.', hint },
  'HEALTH_INCOMPLETE/stale': { message: 'Could not read the stale jobs: {reason}.', hint },
});
