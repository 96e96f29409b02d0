/** Events that a server has seen. */

import { listOf } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/client.ts';
import { at, text } from '../http/json.ts';

/** Names of the latest ones; none when they can't be read, since they are only offered. */
export async function eventNames(api: InngestApi): Promise<string[]> {
  const answer = await api.ask(`${api.addresses.v1}/events?limit=50`);
  const events = answer.status === 200 ? listOf(at(answer.body, 'data') ?? answer.body) : [];
  return [...new Set(events.flatMap((event) => text(at(event, 'name'), 300) ?? []))];
}
