/** Problems with connections to remote engines. */
import { defineMessages, defineProblems } from './define.ts';
import { hintMessage, problemMessage } from './nested.ts';
import type { Problem } from './schema.ts';

export const connectionProblem = defineProblems({
  'CONNECTION_INVALID/celeryAddress': {
    message: 'This is not a valid address of a Celery broker.',
    hint: 'Use an address such as redis://localhost:6379/0 or amqp://user:password@host:5672/vhost. For TLS, use rediss:// or amqps://.',
  },
  'CONNECTION_INVALID/inngestAddress': {
    message: 'This is not a valid address of an Inngest server.',
    hint: 'Use an address such as http://localhost:8288 for a dev server or https://api.inngest.com for Inngest Cloud.',
  },
  'CONNECTION_INVALID/otherEngine': {
    message: 'Connection {name} is already used for another engine ({engine}).',
    hint: 'Use another name, or remove that connection first.',
  },
  'CONNECTION_NOT_FOUND/none': {
    message: 'There is no connection {name}.',
    hint: 'Add it with “jobdeck engine add”.',
  },
  'CONNECTION_NOT_FOUND/others': {
    message: 'There is no connection {name}.',
    hint: 'Available connections: {names}.',
  },
  'CONNECTION_FAILED/notOpen': {
    message: 'Connection {name} is not open yet.',
    hint: 'Try again in a moment.',
  },
  'CONNECTION_FAILED/notLoaded': {
    message: 'Could not open connection {name}: {reason}',
    hint: 'See daemon.log for details.',
  },
  'CONNECTION_FAILED/invalid': {
    message: '{reason}',
    hint: '{advice}',
  },
  'CONNECTION_FAILED/down': {
    message: 'Connection {name} is down: {reason}',
    hint: '{advice}',
  },
  'CONNECTION_FAILED/severalDown': {
    message: 'Connection {name} is down: {reason} These connections are down too: {others}.',
    hint: '{advice}',
  },
  CONNECTIONS_IGNORED: {
    message: 'No connections were opened. {reason}',
    hint: '{advice} Then restart the daemon.',
  },
  'STORAGE_FAILED/connections': {
    message: 'Could not save the connection: {reason}.',
    hint: 'Nothing was changed.',
  },
  'CONFIG_INVALID/connectionsUnreadable': {
    message: 'Could not read the connections file {file}: {reason}.',
    hint: 'Check the permissions of the file.',
  },
  'CONFIG_INVALID/connectionsJson': {
    message: 'The connections file {file} is not valid JSON.',
    hint: 'Correct or delete the file.',
  },
  'CONFIG_INVALID/connections': {
    message: 'The connections file {file} is not valid: {reason}',
    hint: 'Correct or delete the file.',
  },
  'CONFIG_INVALID/connectionName': {
    message: 'The connections file {file} is not valid: “{name}” can’t be the name of a connection.',
    hint: 'Correct or delete the file.',
  },
});

export const connectionMessage = defineMessages({
  'connection.silent': 'The engine does not respond.',
  'connection.reconnecting': 'Its jobs stay in the list, and Jobdeck keeps trying to reconnect.',
});

/** The problem of a connection as the error of a request that needs it: always CONNECTION_FAILED. */
export function connectionFailed(problem: Problem): Problem {
  if (problem.code === 'CONNECTION_FAILED') return problem;
  const failed = connectionProblem.problem('CONNECTION_FAILED/invalid', {
    reason: problemMessage(problem),
    advice: hintMessage(problem) ?? '',
  });
  return problem.hint === null ? { ...failed, hint: null } : failed;
}
