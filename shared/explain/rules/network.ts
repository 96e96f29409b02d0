/** Ports, hosts, and the services on them. */
import { networkCause } from '../../messages/networkCauses.ts';
import { addressOf, type Rule } from '../rule.ts';

const tcpPort = String.raw`(?<port>\d{1,5})\b`;
const at = (before: string, after: string) =>
  new RegExp(`${before}(?<host>\\[?[\\w.:%*-]{0,253}\\]?):${tcpPort}${after}`);

export const networkRules: readonly Rule[] = [
  {
    patterns: [
      at('\\bEADDRINUSE: address already in use ', ''),
      at('\\blisten (?:tcp|udp)[46]? ', ': bind: address already in use'),
      at('\\bFailed to listen on ', ' \\(reason: Address already in use'),
      at('\\bBind for ', ' failed: port is already allocated'),
      /\bAddress already in use - bind\(2\) for "?(?<host>[\w.:-]{1,253})"? port (?<port>\d{1,5})\b/,
      /\b[Pp]ort (?<port>\d{1,5}) is (?:already (?:in use|allocated)|in use)\b/,
      /(?:^|[:"\]] ?"?|\()address already in use\b/i,
    ],
    problem: ({ port, line }) =>
      port ? networkCause.problem('PORT_IN_USE/port', { port, line }) : networkCause.problem('PORT_IN_USE', { line }),
  },
  {
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
    problem: ({ line, ...found }) => {
      const address = addressOf(found);
      return address === null
        ? networkCause.problem('CONNECTION_REFUSED', { line })
        : networkCause.problem('CONNECTION_REFUSED/address', { address, line });
    },
  },
  {
    patterns: [
      /\bCould not resolve host: (?<host>[\w.-]{1,253})/i,
      /\bCould not resolve hostname (?<host>[\w.-]{1,253}): /i,
      /\bgetaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?<host>[\w.-]{1,253})/,
      /\bunable to resolve host address ['‘"](?<host>[^'’"]{1,253})/,
      /\bcould not translate host name "(?<host>[^"]{1,253})"/,
      /\blookup (?<host>[\w.-]{1,253})(?: on [^\s]{1,80})?: no such host\b/,
      /\bUnknownHostException: (?<host>[\w.-]{1,253})/,
      /\[Errno -[235]\] (?:Name or service not known|Temporary failure|No address associated)/,
      /\b[Tt]emporary failure (?:in name resolution|resolving)\b/,
    ],
    problem: ({ host, line }) =>
      host
        ? networkCause.problem('HOST_NOT_FOUND/host', { host, line })
        : networkCause.problem('HOST_NOT_FOUND', { line }),
  },
  {
    patterns: [
      /\b429 Too Many Requests - [A-Z]{3,7} https?:\/\/(?<host>[^/\s]{1,253})/,
      /\b429 Client Error: [^\n]{0,60} for url: https?:\/\/(?<host>[^/\s]{1,253})/,
      /\b(?:HTTP )?[Ee]rror:? 429\b|\bERROR 429:|\bE429\b|\bstatus(?: code)?[:= ]{1,2}429\b/,
      /\b429:? Too Many Requests\b/i,
      /\btoomanyrequests:/,
      /\bRateLimitError\b/,
      /\brate limit (?:exceeded|reached)\b/i,
    ],
    problem: ({ host, line }) =>
      host ? networkCause.problem('RATE_LIMITED/host', { host, line }) : networkCause.problem('RATE_LIMITED', { line }),
  },
  {
    patterns: [
      /\bcould not read (?:Username|Password) for '(?<host>[^']{1,253})'/,
      /\bAuthentication failed for '(?<host>[^']{1,253})'/,
      /\b(?<host>[\w.@-]{1,253}): Permission denied \((?:publickey|password|keyboard-interactive)\b/,
      /\bpassword authentication failed for user "(?<user>[^"]{1,100})"/,
      /\b40[13] (?:Unauthorized|Forbidden) - [A-Z]{3,7} https?:\/\/(?<host>[^/\s]{1,253})/,
      /\b40[13] Client Error: [^\n]{0,60} for url: https?:\/\/(?<host>[^/\s]{1,253})/,
      /\bHTTP Error 40[13]:|\bERROR 40[13]:|\breturned error: 40[13]\b|\b40[13] (?:Unauthorized|Forbidden)\b/,
    ],
    problem: ({ host, user, line }) => {
      if (user) return networkCause.problem('ACCESS_REFUSED/user', { user, line });
      return host
        ? networkCause.problem('ACCESS_REFUSED/host', { host, line })
        : networkCause.problem('ACCESS_REFUSED', { line });
    },
  },
  {
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
    problem: ({ host, line }) =>
      host
        ? networkCause.problem('CERTIFICATE_REFUSED/host', { host, line })
        : networkCause.problem('CERTIFICATE_REFUSED', { line }),
  },
  {
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
    problem: ({ line, ...found }) => {
      const address = addressOf(found);
      return address === null
        ? networkCause.problem('TIMED_OUT', { line })
        : networkCause.problem('TIMED_OUT/address', { address, line });
    },
  },
];
