/** Ports, other machines, and the services on them. */
import { place, type Rule } from '../rule.ts';

const tcpPort = String.raw`(?<port>\d{1,5})\b`;
const at = (before: string, after: string) =>
  new RegExp(`${before}(?<host>\\[?[\\w.:%*-]{0,253}\\]?):${tcpPort}${after}`);

export const networkRules: readonly Rule[] = [
  {
    code: 'PORT_IN_USE',
    patterns: [
      at('\\bEADDRINUSE: address already in use ', ''),
      at('\\blisten (?:tcp|udp)[46]? ', ': bind: address already in use'),
      at('\\bFailed to listen on ', ' \\(reason: Address already in use'),
      at('\\bBind for ', ' failed: port is already allocated'),
      /\bAddress already in use - bind\(2\) for "?(?<host>[\w.:-]{1,253})"? port (?<port>\d{1,5})\b/,
      /\b[Pp]ort (?<port>\d{1,5}) is (?:already (?:in use|allocated)|in use)\b/,
      /(?:^|[:"\]] ?"?|\()address already in use\b/i,
    ],
    message: ({ port }) => (port ? `Port ${port} is already in use.` : 'The port it wanted is already in use.'),
    hint: ({ port }) =>
      port
        ? `Another program, maybe an earlier run of this one, listens there; ss -ltnp "sport = :${port}" shows it. End it, or choose another port.`
        : 'Another program, maybe an earlier run of this one, listens there; ss -ltnp shows it. End it, or choose another port.',
  },
  {
    code: 'CONNECTION_REFUSED',
    patterns: [
      at('\\bconnect ECONNREFUSED ', ''),
      at('\\bdial tcp[46]? ', ': connect: connection refused'),
      /\bconnection to server at "(?<host>[^"]{1,253})"[^,]{0,60}, port (?<port>\d{1,5}) failed: Connection refused/,
      /\bconnect to host (?<host>[\w.:-]{1,253}) port (?<port>\d{1,5}): Connection refused/,
      /\bFailed to connect to (?<host>[\w.:-]{1,253}) port (?<port>\d{1,5})[^:]{0,40}: (?:Connection refused|Couldn't connect to server)/,
      /\bConnection refused - connect\(2\) for "?(?<host>[\w.:-]{1,253})"? port (?<port>\d{1,5})\b/,
      /\/dev\/tcp\/(?<host>[\w.:-]{1,253})\/(?<port>\d{1,5}): Connection refused/,
      /\bhost='(?<host>[^']{1,253})', port=(?<port>\d{1,5})\)[^\n]{0,400}\bConnection refused/,
      /(?:^|[:\]] |failed: )connection refused\b/i,
    ],
    message: (found) => `Nothing answered at ${place(found, 'the address it connected to')}: connection refused.`,
    hint: () => 'Start the server it needs, or check the address and the port, then retry.',
  },
  {
    code: 'HOST_NOT_FOUND',
    patterns: [
      /\bCould not resolve host(?:name)?:? (?<host>[\w.-]{1,253})/i,
      /\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]{1,253})/,
      /\bunable to resolve host address ['‘"](?<host>[^'’"]{1,253})/,
      /\bcould not translate host name "(?<host>[^"]{1,253})"/,
      /\blookup (?<host>[\w.-]{1,253})(?: on [^\s]{1,80})?: no such host\b/,
      /\bUnknownHostException: (?<host>[\w.-]{1,253})/,
      /\[Errno -[235]\] (?:Name or service not known|Temporary failure|No address associated)/,
      /\b[Tt]emporary failure (?:in name resolution|resolving)\b/,
    ],
    message: ({ host }) => (host ? `The host ${host} was not found.` : 'A host was not found.'),
    hint: () => 'Check its spelling, the network and the VPN, then retry.',
  },
  {
    code: 'RATE_LIMITED',
    patterns: [
      /\b429 Too Many Requests - [A-Z]{3,7} https?:\/\/(?<host>[^/\s]{1,253})/,
      /\b429 Client Error: [^\n]{0,60} for url: https?:\/\/(?<host>[^/\s]{1,253})/,
      /\b(?:HTTP )?[Ee]rror:? 429\b|\bERROR 429:|\bE429\b|\bstatus(?: code)?[:= ]{1,2}429\b/,
      /\b429:? Too Many Requests\b/i,
      /\btoomanyrequests:/,
      /\bRateLimitError\b/,
      /\brate limit (?:exceeded|reached)\b/i,
    ],
    message: ({ host }) => `${host ?? 'The server'} refused more requests for now (429, rate limited).`,
    hint: () => 'Wait a little, then retry; fewer requests at once, or signing in, raises the limit.',
  },
  {
    code: 'ACCESS_REFUSED',
    patterns: [
      /\bcould not read (?:Username|Password) for '(?<host>[^']{1,253})'/,
      /\bAuthentication failed for '(?<host>[^']{1,253})'/,
      /\b(?<host>[\w.@-]{1,253}): Permission denied \((?:publickey|password|keyboard-interactive)\b/,
      /\bpassword authentication failed for user "(?<user>[^"]{1,100})"/,
      /\b40[13] (?:Unauthorized|Forbidden) - [A-Z]{3,7} https?:\/\/(?<host>[^/\s]{1,253})/,
      /\b40[13] Client Error: [^\n]{0,60} for url: https?:\/\/(?<host>[^/\s]{1,253})/,
      /\bHTTP Error 40[13]:|\bERROR 40[13]:|\breturned error: 40[13]\b|\b40[13] (?:Unauthorized|Forbidden)\b/,
    ],
    message: ({ host, user }) => `${host ?? 'The server'} refused access${user ? ` for the user ${user}` : ''}.`,
    hint: () => 'Sign in again, or check the token, the key and what they may do. A job can’t ask for a password.',
  },
  {
    code: 'CERTIFICATE_REFUSED',
    patterns: [
      /\bThe certificate of ['‘](?<host>[^'’]{1,253})['’] (?:is not trusted|has expired|doesn't have)/,
      /\bSSL certificate problem: /,
      /\bCERTIFICATE_VERIFY_FAILED\b/,
      /\bcertificate verification failed\b/,
      /\b(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|CERT_HAS_EXPIRED|UNABLE_TO_VERIFY_LEAF_SIGNATURE)\b/,
      /(?:^|: )(?:self-signed certificate|certificate has expired|unable to get local issuer certificate)/,
      /\bx509: certificate /,
      /\bPKIX path building failed\b/,
    ],
    message: ({ host }) => `The certificate of ${host ?? 'the server'} was not trusted.`,
    hint: () =>
      'Check this machine’s clock and the address. Behind a company’s proxy, or with a certificate of your own, have the program trust that authority.',
  },
  {
    code: 'TIMED_OUT',
    patterns: [
      /\bnetwork timeout at: https?:\/\/(?<host>[^/\s]{1,253})/,
      at('\\bconnect ETIMEDOUT ', ''),
      /\bhost='(?<host>[^']{1,253})', port=(?<port>\d{1,5})\): (?:Read|Connect) timed out\b/,
      /\bGet "https?:\/\/(?<host>[^/"\s]{1,253})[^"]{0,300}": context deadline exceeded/,
      /\b(?:connection|connect|read|request|operation) timed out\b/i,
      /\bTimeoutError(?::|\]|$)/,
      /(?:^|: )(?:context deadline exceeded|i\/o timeout)\b/,
      /\bE(?:SOCKET)?TIMEDOUT\b/,
    ],
    message: (found) => `${place(found, 'What it waited for')} did not answer in time.`,
    hint: () => 'Check the network and that the other side is up, then retry; give it more time if it is just slow.',
  },
];
