/** Where a server has what. A dev server and a self-hosted one have all under one address, Inngest's own does not. */
import { JobdeckError } from '../../../../shared/errors.ts';

export interface Endpoints {
  /** Without a slash at the end, as the two after it. */
  v1: string;
  v2: string;
  /** Where events are sent; the event key comes after it. */
  events: string;
  /** null where there is none. */
  graphql: string | null;
  /** Of a dev server: tells its version. */
  info: string | null;
  /** Host and port, for sentences. */
  host: string;
  /** `Authorization` of a user and password that the address carries. */
  basic: string | null;
}

/** @throws JobdeckError CONNECTION_INVALID */
export function endpointsOf(url: string): Endpoints {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new JobdeckError(
      'CONNECTION_INVALID',
      'The address of an Inngest server begins with http:// or https://.',
      'A dev server is at http://127.0.0.1:8288, Inngest Cloud at https://api.inngest.com.',
    );
  }
  const { host, username, password } = parsed;
  const credentials = `${decode(username)}:${decode(password)}`;
  const basic = username === '' ? null : `Basic ${Buffer.from(credentials).toString('base64')}`;
  if (/^(api|app|www)\.inngest\.com$/.test(parsed.hostname)) {
    const cloud = 'https://api.inngest.com';
    return {
      ...{ v1: `${cloud}/v1`, v2: `${cloud}/v2`, events: 'https://inn.gs/e', graphql: null, info: null },
      ...{ host: 'api.inngest.com', basic: null },
    };
  }
  // Whoever copies the address from the browser has that of a page.
  const path = parsed.pathname.replace(/\/(runs|apps|functions|events|stream|env)?\/*$/, '');
  const base = `${parsed.protocol}//${host}${path}`;
  return {
    ...{ v1: `${base}/v1`, v2: `${base}/api/v2`, events: `${base}/e`, graphql: `${base}/v0/gql`, info: `${base}/dev` },
    ...{ host, basic },
  };
}

/** A `%` that stands for itself is left as it is. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
