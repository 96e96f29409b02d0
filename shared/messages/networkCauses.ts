/** Causes of failure that a job's output names: ports, hosts, and the services on them. */
import { defineProblems } from './define.ts';

export const networkCause = defineProblems({
  PORT_IN_USE: {
    message: 'The port is already in use.',
    hint: 'Another program, maybe an earlier run of this one, listens on it (ss -ltnp lists listeners). Stop that program, or use a different port. Output: {line}',
  },
  'PORT_IN_USE/port': {
    message: 'Port {port} is already in use.',
    hint: 'Another program, maybe an earlier run of this one, listens on it: ss -ltnp "sport = :{port}" shows which. Stop that program, or use a different port. Output: {line}',
  },
  CONNECTION_REFUSED: {
    message: 'A connection was refused.',
    hint: 'Start the server, or check the address and port, then retry. Output: {line}',
  },
  'CONNECTION_REFUSED/address': {
    message: 'The connection to {address} was refused.',
    hint: 'Start the server, or check the address and port, then retry. Output: {line}',
  },
  HOST_NOT_FOUND: {
    message: 'A host was not found.',
    hint: 'Check the spelling, the network, and the VPN, then retry. Output: {line}',
  },
  'HOST_NOT_FOUND/host': {
    message: 'The host {host} was not found.',
    hint: 'Check the spelling, the network, and the VPN, then retry. Output: {line}',
  },
  RATE_LIMITED: {
    message: 'The server is limiting requests (HTTP 429).',
    hint: 'Wait a while, then retry. Sending fewer requests at once, or signing in for a higher limit, may help. Output: {line}',
  },
  'RATE_LIMITED/host': {
    message: '{host} is limiting requests (HTTP 429).',
    hint: 'Wait a while, then retry. Sending fewer requests at once, or signing in for a higher limit, may help. Output: {line}',
  },
  ACCESS_REFUSED: {
    message: 'The server denied access.',
    hint: 'Sign in again, or check the token or key and its permissions. A job can’t prompt for a password. Output: {line}',
  },
  'ACCESS_REFUSED/host': {
    message: '{host} denied access.',
    hint: 'Sign in again, or check the token or key and its permissions. A job can’t prompt for a password. Output: {line}',
  },
  'ACCESS_REFUSED/user': {
    message: 'The server denied access for user “{user}”.',
    hint: 'Check the user name and password. A job can’t prompt for a password. Output: {line}',
  },
  CERTIFICATE_REFUSED: {
    message: 'The server’s certificate is not trusted.',
    hint: 'Check the address and this machine’s clock. Behind a corporate proxy, or with a private certificate authority, configure the program to trust that authority. Output: {line}',
  },
  'CERTIFICATE_REFUSED/host': {
    message: 'The certificate of {host} is not trusted.',
    hint: 'Check the address and this machine’s clock. Behind a corporate proxy, or with a private certificate authority, configure the program to trust that authority. Output: {line}',
  },
  TIMED_OUT: {
    message: 'An operation timed out.',
    hint: 'Check the network and the server, then retry. If the server is just slow, increase the timeout. Output: {line}',
  },
  'TIMED_OUT/address': {
    message: '{address} did not respond in time.',
    hint: 'Check the network and the server, then retry. If the server is just slow, increase the timeout. Output: {line}',
  },
  'TIMED_OUT/timeoutCommand': {
    message: 'The command did not finish in the time allowed by “timeout”.',
    hint: 'Allow more time, or check the output to see where it got stuck.',
  },
});
