/** Problems with the database. */
import { defineProblems } from './define.ts';

export const storageProblem = defineProblems({
  STORAGE_FULL: {
    message: 'The disk is full: {reason} ({sqlite}).',
    hint: 'Free some space. Running jobs continue, and their results are saved later.',
  },
  'STORAGE_FULL/reserve': {
    message: 'The disk is full. Jobs can be stopped and removed, but not started.',
    hint: 'Free some space. Running jobs continue, and their results are saved.',
  },
  'STORAGE_FAILED/disk': {
    message: 'The disk failed: {reason} ({sqlite}).',
    hint: 'Check the disk and its free space, then try again.',
  },
  'STORAGE_FAILED/locked': {
    message: 'The database is locked by another program: {reason} ({sqlite}).',
    hint: 'Close that program, then try again.',
  },
  'STORAGE_FAILED/damaged': {
    message: 'The database is damaged: {reason} ({sqlite}).',
    hint: 'Restart the daemon. It moves the database aside and creates a new one.',
  },
  'STORAGE_FAILED/readOnly': {
    message: 'Could not write to the database: {reason} ({sqlite}).',
    hint: 'Check its permissions.',
  },
  DATABASE_UNUSABLE: {
    message: 'The database {file} can’t be used: {reason}.',
    hint: 'Check its permissions and the free space of its disk, or set JOBDECK_HOME to another folder.',
  },
  DATABASE_NEWER: {
    message: 'The database {file} has version {version}, but this Jobdeck supports versions up to {supported}.',
    hint: 'Update Jobdeck, or set JOBDECK_HOME to another folder.',
  },
  'INVALID_REQUEST/nesting': {
    message: '“{field}” is nested too deeply.',
    hint: 'Use fewer levels.',
  },
});
