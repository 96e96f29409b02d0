/** Causes of failure that a job's output names: disks, locks, permissions, and limits on open files. */
import { defineProblems } from './define.ts';

export const storageCause = defineProblems({
  FILE_WATCH_LIMIT: {
    message: 'The limit on watched files was reached.',
    hint: 'Watch fewer folders, stop other file watchers, or raise the limit: sysctl fs.inotify.max_user_watches=524288. Output: {line}',
  },
  DISK_FULL: {
    message: 'The disk is full.',
    hint: 'Free some space (df -h shows how much is left), then retry. Output: {line}',
  },
  'DISK_FULL/path': {
    message: 'The disk is full: could not write {path}.',
    hint: 'Free some space there (df -h shows how much is left), then retry. Output: {line}',
  },
  DATABASE_LOCKED: {
    message: 'The database is locked by another program.',
    hint: 'Wait for the other program or stop it, then retry. A longer busy timeout may also help. Output: {line}',
  },
  FILE_LOCKED: {
    message: 'Another program holds the lock.',
    hint: 'Wait for the other program to finish, then retry. Output: {line}',
  },
  'FILE_LOCKED/process': {
    message: '{path} is locked by process {pid} ({program}).',
    hint: 'Wait for that process to finish, then retry. Output: {line}',
  },
  'FILE_LOCKED/path': {
    message: '{path} is locked.',
    hint: 'Wait for the other program to finish, then retry. Output: {line}',
  },
  'FILE_LOCKED/lockFile': {
    message: 'The lock file {path} already exists.',
    hint: 'Wait for the other program to finish. If none is running, delete {path}, then retry. Output: {line}',
  },
  TOO_MANY_FILES: {
    message: 'Too many files were open at once.',
    hint: 'Raise the limit (run ulimit -n 65536 before the command), or make the program open fewer files. Output: {line}',
  },
  'PERMISSION_DENIED/rootPort': {
    message: 'The program is not allowed to listen on port {port}.',
    hint: 'Ports below 1024 are reserved for root. Use a higher one. Output: {line}',
  },
  'PERMISSION_DENIED/port': {
    message: 'The program is not allowed to listen on port {port}.',
    hint: 'Use a different port. Output: {line}',
  },
  'PERMISSION_DENIED/docker': {
    message: 'This user is not allowed to use Docker.',
    hint: 'Add the user to the docker group (sudo usermod -aG docker "$USER"), log in again, then retry. Output: {line}',
  },
  'PERMISSION_DENIED/path': {
    message: 'Permission denied: {path}',
    hint: 'Check owner and permissions with ls -ld -- {argument}. Output: {line}',
  },
  'PERMISSION_DENIED/unnamed': {
    message: 'Permission was denied.',
    hint: 'Check which file or resource the output names, its owner and its permissions. Output: {line}',
  },
  FILE_NOT_FOUND: {
    message: '{path} was not found.',
    hint: 'Check the path, the folder the job runs in, and whether an earlier step creates the file. Output: {line}',
  },
  'FILE_NOT_FOUND/unnamed': {
    message: 'A file or folder was not found.',
    hint: 'Check the paths, the folder the job runs in, and whether an earlier step creates the file. Output: {line}',
  },
});
