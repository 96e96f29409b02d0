/** The addresses of a server's APIs. Dev servers and self-hosted servers have one base address, Inngest Cloud has several. */
import { connectionProblem } from '../../../../shared/messages/connections.ts';

export interface Endpoints {
  /** Without a trailing slash, like `v2` and `events`. */
  v1: string;
  v2: string;
  /** Receives events; the event key is appended. */
  events: string;
  /** Null if there is none. */
  graphql: string | null;
  /** Returns the version of a dev server. */
  info: string | null;
  /** Host and port, for messages. */
  host: string;
  /** `Authorization` header for the user name and password in the address. */
  basic: string | null;
}

/** @throws JobdeckError CONNECTION_INVALID */
export function endpointsOf(url: string): Endpoints {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw connectionProblem('CONNECTION_INVALID/inngestAddress');
  }
  const { host, username, password } = parsed;
  const credentials = `${decode(username)}:${decode(password)}`;
  const basic = username === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  if (/^(api|app|www)\.inngest\.com$/.test(parsed.hostname)) {
    const cloud = 'https://api.inngest.com';
    return {
      v1: `${cloud}/v1`,
      v2: `${cloud}/v2`,
      events: 'https://inn.gs/e',
      graphql: null,
      info: null,
      host: 'api.inngest.com',
      basic: null,
    };
  }
  // An address copied from the browser has the path of a page.
  const path = parsed.pathname.replace(/\/(runs|apps|functions|events|stream|env)?\/*$/, '');
  const base = `${parsed.protocol}//${host}${path}`;
  return {
    v1: `${base}/v1`,
    v2: `${base}/api/v2`,
    events: `${base}/e`,
    graphql: `${base}/v0/gql`,
    info: `${base}/dev`,
    host,
    basic,
  };
}

/** Text with an invalid escape is left unchanged. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
