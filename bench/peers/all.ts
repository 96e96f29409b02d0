/** Every peer there is. */
import { nq, pueue, taskSpooler, xargs } from './commandLine.ts';
import { bullmq, plainjob, pm2 } from './nodePrograms.ts';
import type { Peer } from './peer.ts';

export const allPeers: readonly Peer[] = [taskSpooler, nq, pm2, bullmq, pueue, plainjob, xargs];

/** The version of each, or that it is absent. */
export async function peerVersions(): Promise<Record<string, string>> {
  const asked = await Promise.all(allPeers.map(async (peer) => [peer.name, (await peer.version()) ?? 'absent']));
  return Object.fromEntries(asked);
}
