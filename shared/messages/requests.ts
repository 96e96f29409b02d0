/** Why the API refuses a request or a message on the stream. */
import { defineProblems } from './define.ts';

export const requestProblem = defineProblems({
  UNAUTHORIZED: {
    message: 'The token is missing or not valid.',
    hint: 'Send “Authorization: Bearer TOKEN” with the token from daemon.json. Each start of the daemon creates a new one.',
  },
  FORBIDDEN_JOB: {
    message: 'The token of job {id} is only valid for reading this job and reporting on it.',
    hint: 'Use the token from daemon.json for everything else.',
  },
  FORBIDDEN_HOST: {
    message: 'Only requests to the loopback address are accepted.',
    hint: 'Use http://127.0.0.1:{port}.',
  },
  FORBIDDEN_ORIGIN: {
    message: 'Requests from web pages are not accepted.',
    hint: 'Send the request without an Origin header.',
  },
  TOO_MANY_CONNECTIONS: {
    message: 'The daemon has too many connections. The limit is {limit}.',
    hint: 'Close editor windows, or stop commands and programs that are connected to it.',
  },
  'TOO_MANY_CONNECTIONS/requests': {
    message: 'This connection already has {limit} unanswered requests.',
    hint: 'Wait for their replies before you send another one.',
  },
  DAEMON_STOPPING: {
    message: 'The daemon is stopping.',
    hint: 'Try again in a moment.',
  },
  ROUTE_NOT_FOUND: {
    message: 'The API has no route {method} {url}.',
  },
  'ROUTE_NOT_FOUND/webSocket': {
    message: 'WebSocket connections are only accepted at /v1/stream.',
  },
  JOB_NOT_FOUND: {
    message: 'No job has the ID {id}.',
    hint: 'Run “jobdeck ls” to list the jobs.',
  },
  ATTEMPT_NOT_FOUND: {
    message: 'Job {id} has no attempt {attempt}.',
    hint: 'Its latest attempt is {latest}.',
  },
  'ATTEMPT_NOT_FOUND/beforeStart': {
    message: 'Job {id} has no attempt {attempt}.',
    hint: 'The job has not started yet.',
  },
  'EMPTY_COMMAND/request': {
    message: 'The command is empty.',
    hint: 'Specify the program to run.',
  },
  BODY_TOO_LARGE: {
    message: 'The request body is larger than {limit:bytes}.',
  },
  'BODY_TOO_LARGE/message': {
    message: 'The message has {length:number} characters, but the limit is {limit:number}.',
    hint: 'Send several smaller batches.',
  },
  'INVALID_REQUEST/http': {
    message: 'This is not a valid HTTP request: {reason}.',
  },
  'INVALID_REQUEST/handshake': {
    message: 'This is not a valid WebSocket handshake: {reason}.',
  },
  'INVALID_REQUEST/contentType': {
    message: 'The request body is not JSON.',
    hint: 'Send it with “Content-Type: application/json”.',
  },
  'INVALID_REQUEST/json': {
    message: 'The request body is not valid JSON.',
  },
  'INVALID_REQUEST/bodyNesting': {
    message: 'The request body is nested more than {limit} levels deep.',
    hint: 'Send less deeply nested JSON.',
  },
  'INVALID_REQUEST/messageNesting': {
    message: 'The message is nested more than {limit} levels deep.',
    hint: 'Send less deeply nested JSON.',
  },
  'INVALID_REQUEST/unreadable': {
    message: 'Could not read the request: {reason}.',
  },
  'INVALID_REQUEST/schema': {
    message: '{reason}',
  },
  'INVALID_REQUEST/message': {
    message: 'The message is not valid. {reason}',
  },
  'INVALID_REQUEST/binaryMessage': {
    message: 'The message is binary.',
    hint: 'Send it as text.',
  },
  'INVALID_REQUEST/messageJson': {
    message: 'The message is not valid JSON.',
  },
  'INVALID_REQUEST/subscribedAlready': {
    message: 'This connection has already subscribed.',
    hint: 'Open another connection to subscribe again.',
  },
  'INVALID_REQUEST/reports': {
    message: '{reason}',
    hint: 'None of the reports on this job was accepted.',
  },
  INTERNAL: {
    message: 'Something failed inside the daemon.',
    hint: 'This is a bug in Jobdeck. See daemon.log for details.',
  },
});
