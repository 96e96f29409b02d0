/** Messages and problems of connections to Inngest and of their runs. */
import { defineMessages, defineProblems } from './define.ts';

/** A server that denies access while connecting, or a command that was refused. */
const accessDenied = {
  keyRequired: {
    message: '{address} denied access.',
    hint: 'Add the signing key of the server (INNGEST_SIGNING_KEY) to the connection.',
  },
  apiKey: {
    message: '{address} denied access.',
    hint: 'API keys only work with Inngest Cloud. Other servers require the signing key.',
  },
  keyRejected: {
    message: '{address} denied access.',
    hint: 'Check that the signing key belongs to this server and environment (INNGEST_SIGNING_KEY).',
  },
} as const;

const checkAddress = 'Check the address. A dev server uses port 8288.';
const runForgotten = {
  message: 'The Inngest server no longer has this run.',
  hint: 'A dev server loses its runs when it restarts, unless it is started with --persist.',
} as const;
const oldServer = 'Servers from version 1.39 can. You can also send the event again that triggered the run.';

export const inngestProblem = defineProblems({
  'CONNECTION_INVALID/keyAndLogin': {
    message: 'An Inngest server accepts either a signing key or a user name and password, not both.',
    hint: 'Remove the user name and password from the address, or remove the signing key.',
  },
  'CONNECTION_INVALID/signingKey': {
    message: 'The signing key contains invalid characters.',
    hint: 'Copy it again.',
  },
  'CONNECTION_INVALID/eventKey': {
    message: 'The event key contains invalid characters.',
    hint: 'Copy it again.',
  },
  'CONNECTION_INVALID/inngestKeyRequired': accessDenied.keyRequired,
  'CONNECTION_INVALID/inngestApiKey': accessDenied.apiKey,
  'CONNECTION_INVALID/inngestKeyRejected': accessDenied.keyRejected,
  'CONNECTION_INVALID/eventKeyRequired': {
    message: '{address} rejected the event.',
    hint: 'Add an event key to the connection.',
  },
  'CONNECTION_INVALID/eventKeyRejected': {
    message: '{address} rejected the event.',
    hint: 'Check the event key of the connection.',
  },
  'CONNECTION_FAILED/inngestKeyRequired': accessDenied.keyRequired,
  'CONNECTION_FAILED/inngestApiKey': accessDenied.apiKey,
  'CONNECTION_FAILED/inngestKeyRejected': accessDenied.keyRejected,
  'CONNECTION_FAILED/eventKeyOnly': {
    message: '{address} accepts events only with an event key.',
    hint: 'Add an event key to the connection.',
  },
  'CONNECTION_FAILED/rateLimited': {
    message: '{address} limits the number of requests.',
    hint: 'Jobdeck sends fewer requests for a while.',
  },
  'CONNECTION_FAILED/serverError': {
    message: '{address} responded with status {httpStatus}.',
  },
  'CONNECTION_FAILED/serverErrorReason': {
    message: '{address} responded with status {httpStatus}: {reason}',
  },
  'CONNECTION_FAILED/redirect': {
    message: '{address} redirects to another address.',
    hint: 'Check whether the server is behind a login page.',
  },
  'CONNECTION_FAILED/redirectTo': {
    message: '{address} redirects to {target}.',
    hint: 'Check whether the server is behind a login page.',
  },
  'CONNECTION_FAILED/notInngest': {
    message: 'The server at {address} does not have the API of Inngest.',
    hint: checkAddress,
  },
  'CONNECTION_FAILED/status': {
    message: '{address} responded with status {httpStatus}.',
    hint: checkAddress,
  },
  'CONNECTION_FAILED/statusReason': {
    message: '{address} responded with status {httpStatus}: {reason}',
    hint: checkAddress,
  },
  'CONNECTION_FAILED/responseTooLarge': {
    message: 'The response from {address} is larger than {limit:bytes}.',
  },
  'CONNECTION_FAILED/unreadableResponse': {
    message: 'The response from the Inngest server could not be read.',
    hint: 'See daemon.log for details.',
  },
  'CONNECTION_FAILED/noRunList': {
    message: '{address} responded without a list of runs.',
    hint: 'Check that it is an Inngest server.',
  },
  'CONNECTION_FAILED/noGraphql': {
    message: '{address} has no GraphQL API.',
  },
  'CONNECTION_FAILED/graphqlError': {
    message: '{address} reported an error.',
  },
  'CONNECTION_FAILED/graphqlErrorReason': {
    message: '{address} reported an error: {reason}',
  },
  'CONNECTION_FAILED/inngestTimeout': {
    message: '{address} did not respond in time.',
    hint: 'The server may be busy, or a firewall may block the connection.',
  },
  'CONNECTION_FAILED/inngestNoTls': {
    message: '{address} does not use TLS.',
    hint: 'Use an address that starts with http://.',
  },
  'CONNECTION_FAILED/inngestNotRunning': {
    message: 'Could not reach {address}.',
    hint: 'Check that the Inngest server is running.',
  },
  'CONNECTION_FAILED/inngestHostNotFound': {
    message: 'The host of {address} was not found.',
    hint: 'Check the address.',
  },
  'CONNECTION_FAILED/notHttp': {
    message: 'The server at {address} is not a web server.',
    hint: 'Check the port.',
  },
  'CONNECTION_FAILED/inngestReset': {
    message: '{address} closed the connection.',
    hint: 'If the server uses TLS, the address must start with https://.',
  },
  'CONNECTION_FAILED/blockedPort': {
    message: 'The port of {address} is reserved for another protocol.',
    hint: 'Check the port.',
  },
  'CONNECTION_FAILED/inngestUnreachable': {
    message: 'Could not reach {address}.',
  },
  'CONNECTION_FAILED/inngestUnreachableCode': {
    message: 'Could not reach {address} ({errorCode}).',
  },
  'CONNECTION_FAILED/certificateExpired': {
    message: 'The certificate of {address} has expired.',
  },
  'CONNECTION_FAILED/certificateName': {
    message: 'The certificate of {address} was issued for another name.',
  },
  'CONNECTION_FAILED/certificateAuthority': {
    message: 'The certificate of {address} is not trusted on this machine.',
    hint: 'Start the daemon with NODE_EXTRA_CA_CERTS set to the certificate file of its authority.',
  },
  'CONNECTION_FAILED/noRunId': {
    message: 'The server did not return the ID of the new run.',
  },
  'JOB_NOT_FOUND/run': runForgotten,
  'ENDING_NOT_SEEN/run': runForgotten,
  'JOB_ALREADY_ENDED/run': {
    message: 'Inngest can’t cancel the run because it has already finished.',
    hint: 'If it is still listed as running, the server was stopped during the run. Use Force Stop.',
  },
  'REMOTE_FAILED/run': {
    message: 'The run failed.',
  },
  'ENGINE_NOT_CAPABLE/scheduledRun': {
    message: 'Inngest can’t rerun a run that a cron schedule started.',
    hint: 'Invoke its function instead.',
  },
  'ENGINE_NOT_CAPABLE/rerun': {
    message: 'This server can’t rerun runs: {reason}',
    hint: oldServer,
  },
  'ENGINE_NOT_CAPABLE/rerunFromStep': {
    message: 'This server can’t rerun runs from a step: {reason}',
    hint: oldServer,
  },
  'ENGINE_NOT_CAPABLE/invoke': {
    message: 'This server is too old to invoke functions.',
    hint: 'Send the event that triggers the function.',
  },
  'ENGINE_NOT_CAPABLE/rateLimited': {
    message: '{address} limits the number of requests.',
    hint: 'Try again later.',
  },
  'UNKNOWN_STEP/missing': {
    message: 'The run has no such step.',
  },
  'UNKNOWN_STEP/rejected': {
    message: 'Inngest rejected the step: {reason}',
  },
  'UNKNOWN_TARGET/event': {
    message: 'The event {event} triggers no function.',
    hint: 'Check the name, and that the app is running and synced. To send the event anyway, use --any-name.',
  },
  'UNKNOWN_TARGET/function': {
    message: 'There is no function {function}.',
    hint: 'Use the names of the app and the function, such as shop/send-receipt, and check that the app is synced.',
  },
  'UNKNOWN_TARGET/functionOnServer': {
    message: '{address} has no function {function}.',
    hint: 'Check that its app is running and synced.',
  },
  'INVALID_REQUEST/taskNotSupported': {
    message: 'Inngest has no tasks.',
    hint: 'Specify a function or an event.',
  },
  'INVALID_REQUEST/functionOrEvent': {
    message: 'Specify either a function or an event.',
  },
  'INVALID_REQUEST/fieldNotSupported': {
    message: '“{field}” is not supported for Inngest.',
    hint: 'Use “data” to pass values to a function.',
  },
  'INVALID_REQUEST/dataNotObject': {
    message: 'The data for Inngest must be a JSON object.',
    hint: 'For example: {example}',
  },
  'INVALID_REQUEST/dataTooLarge': {
    message: 'The data has {size:bytes}, but the limit of Inngest is {limit:bytes}.',
  },
  'INVALID_REQUEST/reservedEvent': {
    message: 'Event names that start with inngest/ are reserved for Inngest.',
  },
  'INVALID_REQUEST/eventName': {
    message: 'The name of an event can’t contain control characters.',
  },
  'INVALID_REQUEST/eventTime': {
    message: '“{text}” is not a valid time for the event.',
    hint: 'Use ISO 8601, such as 2026-03-01T14:00:00Z.',
  },
  'INVALID_REQUEST/functionTime': {
    message: 'A function can’t be invoked at a later time.',
    hint: 'Send an event for that time instead.',
  },
  'INVALID_REQUEST/functionName': {
    message: 'Specify a function by its app and its ID.',
    hint: 'For example: shop/send-receipt',
  },
  'INVALID_REQUEST/functionRateLimited': {
    message: 'Inngest did not start the function because its rate limit is reached.',
    hint: 'Try again later.',
  },
  'INVALID_REQUEST/functionPaused': {
    message: 'Inngest did not start the function because it is paused.',
    hint: 'Resume it in Inngest.',
  },
  'INVALID_REQUEST/functionDebounced': {
    message: 'Inngest did not start the function because it is debounced.',
    hint: 'It starts once no more requests arrive for a while.',
  },
  'INVALID_REQUEST/functionNotStarted': {
    message: 'Inngest did not start the function.',
  },
  'INVALID_REQUEST/functionNotStartedReason': {
    message: 'Inngest did not start the function: {reason}',
  },
  'INVALID_REQUEST/rejected': {
    message: 'Inngest rejected the request: {reason}',
  },
});

export const inngestMessage = defineMessages({
  'inngest.oldServer':
    'This server is older than version 1.38. Its runs are read through GraphQL, and errors are only shown for runs that you open.',
  'inngest.noStepAttempts': 'The API of Inngest Cloud does not include the attempts of steps.',
  'inngest.unencryptedKey': 'The signing key is sent to {address} unencrypted.',
  'inngest.clockAhead': 'The clock of the server is {difference:duration} ahead. Times are shown by the local clock.',
  'inngest.clockBehind': 'The clock of the server is {difference:duration} behind. Times are shown by the local clock.',
  'inngest.appNotSynced': 'App {app} could not be synced: {reason}',
  'inngest.runsTruncated': 'Only the latest 2,000 unfinished runs are followed.',
  'inngest.skipped': 'Inngest skipped the run because its function is paused.',
  'inngest.scheduledRun': 'Inngest can’t rerun a run that a cron schedule started. Invoke its function instead.',
  'inngest.eventWithoutRun': 'This event started no run.',
  'inngest.noRunStarted': 'The event was sent. It started no run within {timeout:duration}.',
  'inngest.retry': '{retry}',
});
