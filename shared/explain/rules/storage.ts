/** Disks, locks, permissions, and limits on open files. */
import { quoteArgument } from '../../format.ts';
import { storageCause } from '../../messages/storageCauses.ts';
import { namedPaths } from '../namedPaths.ts';
import type { Rule } from '../rule.ts';

export const storageRules: readonly Rule[] = [
  {
    patterns: [/\bSystem limit for number of file watchers reached\b(?:, watch '(?<path>[^']{1,300})')?/],
    problem: ({ line }) => storageCause.problem('FILE_WATCH_LIMIT', { line }),
  },
  {
    patterns: [
      /(?:writing|write|create|to|copy) ['‘](?<path>[^'’]{1,300})['’]: (?:No space left on device|Disk quota exceeded)/,
      /^tar: (?<path>[^\s:]{1,300}): Cannot write: No space left on device/,
      /(?:^|: )(?:open|write|mkdir) (?<path>[^\s:]{1,300}): no space left on device/,
      /(?:^|[:\]] )no space left on device\b/i,
      /\bdatabase or disk is full\b/,
      /(?:^|[:\]] )disk quota exceeded\b/i,
    ],
    problem: ({ path, line }) =>
      path ? storageCause.problem('DISK_FULL/path', { path, line }) : storageCause.problem('DISK_FULL', { line }),
  },
  {
    patterns: [
      /\bdatabase (?:table |schema )?is locked\b/i,
      /\bSQLITE_BUSY\b/,
      /\bLock wait timeout exceeded\b/,
      /(?:^|: )deadlock (?:detected\b|found when trying to get lock\b)/i,
    ],
    problem: ({ line }) => storageCause.problem('DATABASE_LOCKED', { line }),
  },
  {
    patterns: [
      /\bCould not get lock (?<path>\/[^\s]{1,300})\. It is held by process (?<pid>\d{1,9}) \((?<program>[^)]{1,60})\)/,
      /\bCould not get lock (?<path>\/[^\s]{1,300})/,
      /\bUnable to create '(?<path>[^']{1,300}\.lock)': File exists/,
      /\bError acquiring the state lock\b/,
    ],
    problem: ({ path, pid, program = '', line }) => {
      if (!path) return storageCause.problem('FILE_LOCKED', { line });
      if (pid) return storageCause.problem('FILE_LOCKED/process', { path, pid, program, line });
      return path.endsWith('.lock')
        ? storageCause.problem('FILE_LOCKED/lockFile', { path, line })
        : storageCause.problem('FILE_LOCKED/path', { path, line });
    },
  },
  {
    patterns: [/\bE[MN]FILE: (?:too many open files|file table overflow)/, /(?:^|[:\]] )too many open files\b/i],
    problem: ({ line }) => storageCause.problem('TOO_MANY_FILES', { line }),
  },
  {
    patterns: [/\blisten EACCES: permission denied [^\s]{0,100}:(?<port>\d{1,5})\b/],
    problem: ({ port = '', line }) =>
      Number(port) < 1024
        ? storageCause.problem('PERMISSION_DENIED/rootPort', { port, line })
        : storageCause.problem('PERMISSION_DENIED/port', { port, line }),
  },
  {
    patterns: [/\bpermission denied while trying to connect to the Docker daemon socket\b/i],
    problem: ({ line }) => storageCause.problem('PERMISSION_DENIED/docker', { line }),
  },
  {
    weight: 'aside',
    patterns: [
      /\b(?:EACCES|EPERM): (?:permission denied|operation not permitted), \w{1,20} '(?<path>[^']{1,300})'(?![\p{L}\p{N}]| ->)/u,
      /\bPermissionError: \[Errno 1?\d\] [^:]{1,60}: '(?<path>[^'\\]{1,300})'$/,
      /\bPermissionError: \[Errno 1?\d\] [^:]{1,60}: "(?<path>[^"\\]{1,300})"$/,
      ...namedPaths('(?:[Pp]ermission denied|[Oo]peration not permitted)'),
    ],
    problem: ({ path, line }) =>
      path === undefined
        ? storageCause.problem('PERMISSION_DENIED/unnamed', { line })
        : storageCause.problem('PERMISSION_DENIED/path', { path, argument: quoteArgument(path), line }),
  },
  {
    weight: 'aside',
    patterns: [/(?:^|[:)\]] )(?:permission denied|operation not permitted)\.?$/i],
    problem: ({ line }) => storageCause.problem('PERMISSION_DENIED/unnamed', { line }),
  },
  {
    weight: 'aside',
    patterns: [
      /\bENOENT: no such file or directory, \w{1,20} '(?<path>[^']{1,300})'(?![\p{L}\p{N}]| ->)/u,
      /\bFileNotFoundError: \[Errno 2\] No such file or directory: '(?<path>[^'\\]{1,300})'$/,
      /\bFileNotFoundError: \[Errno 2\] No such file or directory: "(?<path>[^"\\]{1,300})"$/,
      /\bcan't open file '(?<path>[^']{1,300})': \[Errno 2\]/,
      /\bNo such file or directory @ \w{1,40} - (?<path>[^\s(]{1,300}) \(Errno::ENOENT\)$/,
      ...namedPaths('(?:[Nn]o such file or directory|No such file|Directory nonexistent)'),
    ],
    problem: ({ path, line }) =>
      path === undefined
        ? storageCause.problem('FILE_NOT_FOUND/unnamed', { line })
        : storageCause.problem('FILE_NOT_FOUND', { path, line }),
  },
  {
    weight: 'aside',
    patterns: [/(?:^|[:)\]] )no such file or directory\.?$/i, /\bENOENT: no such file or directory\b/],
    problem: ({ line }) => storageCause.problem('FILE_NOT_FOUND/unnamed', { line }),
  },
];
