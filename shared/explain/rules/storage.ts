/** Disks, files that others hold, and limits on open files. */
import type { Rule } from '../rule.ts';

export const storageRules: readonly Rule[] = [
  {
    code: 'FILE_WATCH_LIMIT',
    patterns: [/\bSystem limit for number of file watchers reached\b(?:, watch '(?<path>[^']{1,300})')?/],
    message: () => 'The limit of watched files was reached.',
    hint: () => 'Watch fewer folders, end other watchers, or raise it: sysctl fs.inotify.max_user_watches=524288',
  },
  {
    code: 'DISK_FULL',
    patterns: [
      /(?:writing|write|create|to|copy) ['‘](?<path>[^'’]{1,300})['’]: (?:No space left on device|Disk quota exceeded)/,
      /^tar: (?<path>[^:]{1,300}): Cannot write: No space left on device/,
      /\bopen (?<path>[^\s:]{1,300}): no space left on device/,
      /(?:^|[:\]] )no space left on device\b/i,
      /\bdatabase or disk is full\b/,
      /(?:^|[:\]] )disk quota exceeded\b/i,
    ],
    message: ({ path }) => (path ? `The disk is full (${path}).` : 'The disk is full.'),
    hint: () => 'Free some space there (df -h shows how much is left), then retry.',
  },
  {
    code: 'DATABASE_LOCKED',
    patterns: [
      /\bdatabase (?:table |schema )?is locked\b/i,
      /\bSQLITE_BUSY\b/,
      /\bLock wait timeout exceeded\b/,
      /(?:^|: )deadlock (?:detected\b|found when trying to get lock\b)/i,
    ],
    message: () => 'The database is locked: another program was writing to it.',
    hint: () => 'Wait for the other program, or end it, then retry. A longer busy time-out in the program helps too.',
  },
  {
    code: 'FILE_LOCKED',
    patterns: [
      /\bCould not get lock (?<path>\/[^\s]{1,300})\. It is held by process (?<pid>\d{1,9}) \((?<name>[^)]{1,60})\)/,
      /\bCould not get lock (?<path>\/[^\s]{1,300})/,
      /\bUnable to create '(?<path>[^']{1,300}\.lock)': File exists/,
      /\bError acquiring the state lock\b/,
    ],
    message: ({ path, pid, name }) => {
      if (!path) return 'What it works on is locked by another program.';
      return pid ? `${path} is locked: process ${pid} (${name}) holds it.` : `${path} is locked.`;
    },
    hint: ({ path, pid }) => {
      if (pid) return 'Wait for that process to end, then retry.';
      if (path?.endsWith('.lock')) return `Wait for the other program. If none runs any more, delete ${path}.`;
      return 'Wait for the other program to end, then retry.';
    },
  },
  {
    code: 'TOO_MANY_FILES',
    patterns: [/\bE[MN]FILE: (?:too many open files|file table overflow)/, /(?:^|[:\]] )too many open files\b/i],
    message: () => 'Too many files were open at once.',
    hint: () => 'Raise the limit for the job (ulimit -n 65536 before the command), or have the program open fewer.',
  },
  {
    code: 'PERMISSION_DENIED',
    patterns: [/\blisten EACCES: permission denied [^\s]{0,100}:(?<port>\d{1,5})\b/],
    message: ({ port }) => `It may not listen on port ${port}.`,
    hint: ({ port }) =>
      Number(port) < 1024 ? 'Ports below 1024 are kept for root. Choose a higher one.' : 'Choose another port.',
  },
  {
    code: 'PERMISSION_DENIED',
    patterns: [/\bpermission denied while trying to connect to the Docker daemon socket\b/i],
    message: () => 'Docker may not be used by this user.',
    hint: () => 'Add the user to the group docker (sudo usermod -aG docker "$USER"), log in again, then retry.',
  },
  {
    code: 'PERMISSION_DENIED',
    patterns: [
      /\b(?:EACCES|EPERM): (?:permission denied|operation not permitted), \w{1,20} '(?<path>[^']{1,300})'/,
      /\bPermissionError: \[Errno 1?\d\] [^:]{1,60}: '(?<path>[^']{1,300})'/,
      /^[^:]{1,200}: cannot [^'‘]{1,60}['‘](?<path>[^'’]{1,300})['’]: (?:Permission denied|Operation not permitted)$/,
      /^[^\s:]{1,200}: (?:line \d{1,9}: )?(?<path>[^:]{1,300}): (?:Permission denied|Operation not permitted)$/,
      /\bopen (?<path>[^\s:]{1,300}): permission denied$/,
    ],
    message: ({ path }) => `${path}: permission denied.`,
    hint: ({ path }) => `Check who owns it and who may use it: ls -ld ${quoted(path ?? '')}`,
  },
  {
    code: 'FILE_NOT_FOUND',
    weight: 'aside',
    patterns: [
      /\bENOENT: no such file or directory, \w{1,20} '(?<path>[^']{1,300})'/,
      /\bFileNotFoundError: \[Errno 2\] No such file or directory: '(?<path>[^']{1,300})'/,
      /\bcan't open file '(?<path>[^']{1,300})': \[Errno 2\]/,
      /\bNo such file or directory @ \w{1,40} - (?<path>[^\s(]{1,300})/,
      /^[^:]{1,200}: cannot [^'‘]{1,60}['‘](?<path>[^'’]{1,300})['’]: No such file or directory$/,
      /^[^\s:]{1,200}: (?:line \d{1,9}: )?(?<path>[^:]{1,300}): No such file or directory$/,
      /\bopen (?<path>[^\s:]{1,300}): no such file or directory$/,
    ],
    message: ({ path }) => `${path} was not found.`,
    hint: () => 'Check the path, that an earlier step made it, and the folder the job runs in.',
  },
];

function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
