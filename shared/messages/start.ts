/** Why the daemon can't start. */
import { defineMessages, defineProblems } from './define.ts';

export const startProblem = defineProblems({
  NODE_TOO_OLD: {
    message: 'Jobdeck needs Node.js 22.14 or later, but this is version {version}.',
    hint: 'Install a current Node.js from https://nodejs.org, or use Jobdeck in VS Code, which includes Node.js.',
  },
  GLIBC_TOO_OLD: {
    message: 'Jobdeck needs glibc {minimum} or later, but this system has version {version}.',
    hint: 'Use a newer Linux release, such as Debian 12, Ubuntu 22.04 or RHEL 9.',
  },
  NATIVE_MODULE_FAILED: {
    message: 'Could not load SQLite: {reason}.',
    hint: 'Install the Jobdeck package for this system ({target}).',
  },
  HOME_UNUSABLE: {
    message: 'Jobdeck cannot use the folder {home}: {reason}.',
    hint: 'Fix this, or set JOBDECK_HOME to another folder.',
  },
  PORT_UNUSABLE: {
    message: 'The daemon cannot listen on port {port} of 127.0.0.1: {reason}.',
    hint: 'Set another “port” in config.json, or remove the setting to use any free port.',
  },
  'CONFIG_INVALID/unreadable': {
    message: 'Could not read the settings in {file}: {reason}.',
    hint: 'Fix or delete the file.',
  },
  'CONFIG_INVALID/json': {
    message: 'The settings in {file} are not valid JSON: {reason}.',
    hint: 'Fix or delete the file.',
  },
  'CONFIG_INVALID/schema': {
    message: 'The settings in {file} are not valid. {reason}',
    hint: 'Fix or delete the file. The settings are: {settings}.',
  },
  DAEMON_ALREADY_RUNNING: {
    message: 'A Jobdeck daemon is already running for {home}.',
    hint: 'Run “jobdeck daemon status” for details.',
  },
  'DAEMON_START_FAILED/fileSizeLimit': {
    message: 'The daemon can’t run with a limit of {bytes} bytes per file.',
    hint: 'Start it from a session without “ulimit -f”: jobdeck daemon start',
  },
  HOME_IN_USE: {
    message: 'The Jobdeck home {home} is in use on {host}, where its daemon runs as process {pid}.',
    hint: 'Use Jobdeck there, or stop it there with “jobdeck daemon stop”. To use it in both places, set JOBDECK_HOME to another folder in one of them.',
  },
  'HOME_IN_USE/jobs': {
    message: {
      one: 'A job of the Jobdeck home {home} was running on {host}, and can’t be seen from here.',
      other: '{count} jobs of the Jobdeck home {home} were running on {host}, and can’t be seen from here.',
    },
    hint: 'Use Jobdeck there. If that machine or container no longer exists, run “jobdeck daemon start --take-over”, which gives up these jobs.',
  },
  'DAEMON_START_FAILED/unexpectedError': {
    message: 'The Jobdeck daemon could not start: {reason}.',
    hint: 'See daemon.log for details.',
  },
});

/** Why the home can't be used. */
export const homeReason = defineMessages({
  'home.noPermission': 'you do not have permission to write to it',
  'home.readOnly': 'it is on a read-only disk',
  'home.pathHasFile': 'a part of the path is a file',
  'home.isFile': 'it is a file',
  'home.cannotCreate': 'it cannot be created',
  'home.diskFull': 'the disk is full',
  'home.quota': 'the disk quota is used up',
  'home.shared': 'it is shared with other users',
  'home.otherUser': '{path} belongs to another user',
  'home.link': '{path} is a link. Replace it with its target',
  'home.danglingLink': '{path} is a link to a folder that does not exist',
  'home.notFolder': '{path} is not a folder. Move it elsewhere',
  'home.notFile': '{path} can’t be used: {reason}. Move it elsewhere',
});

/** Why a port can't be used. */
export const portReason = defineMessages({
  'port.inUse': 'another program uses it',
  'port.notAllowed': 'you do not have permission to use it',
});
