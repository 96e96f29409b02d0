/** All peers. */
import { nq, pueue, taskSpooler, xargs } from './commandLine.ts';
import { bullmq, plainjob, pm2 } from './nodePrograms.ts';
import type { Peer } from './peer.ts';

const allPeers: readonly Peer[] = [taskSpooler, nq, pm2, bullmq, pueue, plainjob, xargs];

/** The version of each peer, or “absent”. */
export async function peerVersions(): Promise<Record<string, string>> {
  const versions = await Promise.all(allPeers.map(async (peer) => [peer.name, (await peer.version()) ?? 'absent']));
  return Object.fromEntries(versions);
}
