/** Why the editor can't do what the user asked for. */
import { defineProblems } from './define.ts';

export const editorProblem = defineProblems({
  'EMPTY_COMMAND/line': {
    message: 'No command to run.',
  },
  'EMPTY_COMMAND/task': {
    message: 'The task has no command.',
    hint: 'Add “command” to the task in tasks.json.',
  },
  'INVALID_REQUEST/taskCommand': {
    message: '“command” of the task must be a shell command or a list of strings.',
    hint: 'Fix it in tasks.json.',
  },
  'INVALID_REQUEST/taskValue': {
    message: 'The value of “{placeholder}” can’t be quoted where it stands in the command of the task.',
    hint: 'Write the command as a list of the program and its arguments in tasks.json.',
  },
  'INVALID_REQUEST/taskText': {
    message: '“{property}” of the task must be a string.',
    hint: 'Fix it in tasks.json.',
  },
  'INVALID_REQUEST/taskEnv': {
    message: 'All values in “env” of the task must be strings.',
    hint: 'Fix it in tasks.json.',
  },
  'INVALID_REQUEST/taskPriority': {
    message: '“{priority}” is not a valid priority. Use one of: {priorities}.',
    hint: 'Fix it in tasks.json.',
  },
  'ENGINE_NOT_CAPABLE/untrusted': {
    message: 'Jobdeck can’t start jobs in an untrusted workspace.',
    hint: 'Trust the workspace first.',
  },
  'ENGINE_NOT_CAPABLE/untrustedAgent': {
    message: 'Jobdeck can’t start jobs in an untrusted workspace.',
    hint: 'Ask the user to trust the workspace first.',
  },
  'ENGINE_NOT_CAPABLE/noSteps': {
    message: 'The engine can’t rerun a job from a step.',
  },
  'ENGINE_NOT_CAPABLE/stepReason': {
    message: '{reason}',
  },
  'CWD_MISSING/folder': {
    message: 'The folder {folder} no longer exists.',
  },
  'INVALID_DEFINITION/noFolder': {
    message: 'Job definitions are saved in a folder, but no folder is open.',
    hint: 'Open a folder first.',
  },
  'INVALID_DEFINITION/notAdded': {
    message: '{file}:{problem}',
    hint: 'Fix it, then try again.',
  },
  'INVALID_DEFINITION/notWritten': {
    message: 'Could not write {file}.',
    hint: 'Another program may have changed it.',
  },
  'INVALID_DEFINITION/notSaved': {
    message: 'Could not save {file}, so “{definition}” was not run.',
    hint: 'Save the file or discard your changes.',
  },
  'INVALID_DEFINITION/file': {
    message: '{file} contains an error.',
    hint: '“{definition}” is defined in this file.',
  },
  'INVALID_DEFINITION/fileLine': {
    message: '{file}:{line}:{column}: {problem}',
    hint: '“{definition}” is defined in this file.',
  },
  'UNKNOWN_DEFINITION/file': {
    message: 'No job “{definition}” in {file}.',
  },
  'INVALID_REQUEST/backfillOnly': {
    message: '“{definition}” can only be backfilled because it uses placeholders for a time range.',
    hint: 'Use “Jobdeck: Backfill Job…”.',
  },
  'LOG_NOT_FOUND/noLocations': {
    message: 'No existing file locations in this log.',
    hint: 'Use “Jobdeck: Open Job Log…” to read it.',
  },
  'LOG_NOT_FOUND/noLine': {
    message: 'No log is open in the active editor.',
    hint: 'Right-click a line of a log on the page of a job or in a log document.',
  },
  'LOG_NOT_FOUND/onlyEnd': {
    message: 'Only the end of this log is shown, so the numbers of its lines are not known.',
  },
  'INVALID_REQUEST/lineLink': {
    message: 'This is not a link to a line of a log.',
  },
  'LOG_NOT_FOUND/file': {
    message: 'Could not read the log file {file}.',
    hint: 'It may have been deleted.',
  },
  'ATTEMPT_NOT_FOUND/group': {
    message: '“{job}” is a group. Each of its jobs has its own log.',
    hint: 'Open the log of one of its jobs.',
  },
  'ATTEMPT_NOT_FOUND/remote': {
    message: 'No log for “{job}”: its output stays with the engine that runs it.',
    hint: 'See its details for what the engine reports.',
  },
  'ATTEMPT_NOT_FOUND/notStarted': {
    message: 'No log for “{job}”: it never started.',
  },
  'ATTEMPT_NOT_FOUND/waiting': {
    message: 'No log for “{job}” yet: it is still waiting.',
  },
  'CLI_NOT_INSTALLED/foreign': {
    message: '{file} exists already and was not created by Jobdeck.',
    hint: 'Remove or rename it first, then try again.',
  },
  'CLI_NOT_INSTALLED/notOurs': {
    message: '{file} was not created by Jobdeck, so it was not removed.',
  },
  'CLI_NOT_INSTALLED/system': {
    message: 'Could not change {file}: {reason}',
  },
  'SETTINGS_NOT_SAVED/broken': {
    message: 'The setting was not saved, because {file} is not valid JSON.',
    hint: 'Fix the file, then change the setting again.',
  },
  'SETTINGS_NOT_SAVED/system': {
    message: 'The setting was not saved. Could not change {file}: {reason}',
  },
});
