/** What is wrong with a file of definitions, as the daemon finds it. */
import { defineMessages, defineProblems } from './define.ts';

export const definitionFileProblem = defineProblems({
  'INVALID_REQUEST/folder': {
    message: 'The folder {folder} is not an absolute path.',
    hint: 'Use its full path.',
  },
  'INVALID_DEFINITION/fileMissing': {
    message: 'The file {path} does not exist.',
    hint: 'Create it first. “jobdeck define schema” shows its format.',
  },
  'INVALID_DEFINITION/unreadable': {
    message: 'Could not read the file: {reason}.',
  },
  'INVALID_DEFINITION/refused': {
    message: '{problem}',
    hint: 'Run “jobdeck define check” to see all problems.',
  },
  'INVALID_DEFINITION/oneFile': {
    message: '{problem}',
    hint: 'The last valid version stays active, and so do the other jobs and queues of the file. To remove a deleted file, run “jobdeck define rm FOLDER”.',
  },
  'INVALID_DEFINITION/severalFiles': {
    message: 'There are problems in {files}. The first is {problem}',
    hint: 'The last valid versions stay active, and so do the other jobs and queues of these files. To remove a deleted file, run “jobdeck define rm FOLDER”.',
  },
  'DEFINITION_PENDING/oneFile': {
    message: '{path} has changed. Its changes are inactive until you review them.',
    hint: 'To see and activate them: jobdeck define review {path}',
  },
  'DEFINITION_PENDING/severalFiles': {
    message: 'These files have changed: {files}. Their changes are inactive until you review them.',
    hint: 'To see and activate them: jobdeck define review FILE',
  },
  DEFINITION_NOT_SAVED: {
    message: 'Changes of {files} are inactive, because they could not be saved. {reason}',
    hint: 'Free some space or repair the disk. The daemon tries again every {seconds} s.',
  },
  DEFINITION_CHANGED: {
    message: '{path} has changed since its content was shown.',
    hint: 'Review it again.',
  },
  FILE_WATCH_FAILED: {
    message: 'Changes of {files} are noticed up to {seconds} s late, because their folders can’t be watched: {reason}.',
    hint: 'On Linux, increase the limit: sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512',
  },
  UNKNOWN_DEFINITION: {
    message: 'The file {path} was not added.',
    hint: 'Run “jobdeck define list” to list the files.',
  },
  'SCHEDULE_EXISTS/definition': {
    message: 'There is already a schedule “{name}”.',
    hint: 'Use another name.',
  },
  'SCHEDULE_EXISTS/otherFile': {
    message: 'The schedule “{name}” is already defined in {file}.',
    hint: 'Use another name.',
  },
});

/** A problem at a place in a file, and problems of a file without one. */
export const definitionFileMessage = defineMessages({
  'definitionFile.problem': '{path}:{line}:{column}: {problem}',
  'definitionFile.problems': {
    one: '{path}:{line}:{column}: {problem} There is 1 more problem.',
    other: '{path}:{line}:{column}: {problem} There are {count} more problems.',
  },
  'definitionFile.missing': 'The file was deleted, and its schedules were removed.',
  'definitionFile.notActivated': 'The file could not be activated: {reason}. See daemon.log for details.',
  'definitionFile.defaultQueue': 'The file of a folder can’t change the queue “{queue}”. Use another queue.',
  'definitionFile.queueOfUser':
    'The queue “{queue}” already exists with other settings. The file of a folder can only change queues that it created. Use another name, or the same settings.',
  'definitionFile.queueOfFile':
    'The queue “{queue}” is already defined in {file} with other settings. Use another name, or the same settings.',
  'definitionFile.unknownQueue': 'Unknown queue “{queue}”. Add it to “queues”.',
});
