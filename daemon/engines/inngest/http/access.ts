/** Access to a server as the settings of a connection describe it. */
import type { ConnectionSettings } from '../../../../shared/connection.ts';
import { authorization } from './auth.ts';
import { endpointsOf } from './endpoints.ts';
import { InngestApi } from './inngestApi.ts';
import { ServerClock } from './serverClock.ts';

/** A connection to Inngest as it is stored. */
export type InngestConnection = Extract<ConnectionSettings, { engine: 'inngest' }>;

export interface Access {
  api: InngestApi;
  clock: ServerClock;
}

/** @throws JobdeckError CONNECTION_INVALID */
export function openAccess({ url, settings = {} }: InngestConnection, now: () => number): Access {
  const endpoints = endpointsOf(url);
  const { signingKey } = settings;
  const clock = new ServerClock(now);
  const headers = authorization(signingKey, endpoints.basic);
  return { api: new InngestApi(endpoints, { headers, signingKey }, clock), clock };
}
