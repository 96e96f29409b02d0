/** A minimal subscriber of the change feed. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { DaemonInfo } from '../shared/daemon.ts';
import type { FeedMessage } from '../shared/feedMessages.ts';
import type { Job } from '../shared/job.ts';

/** Connects to the daemon's WebSocket. */
export async function connect({ port, token }: DaemonInfo): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/stream`, { headers: { authorization: `Bearer ${token}` } });
  await once(socket, 'open');
  return socket;
}

/** Subscribes and passes the jobs of each frame to `onJobs`. Resolves after the first frame. */
export async function openFeed(info: DaemonInfo, onJobs: (jobs: Job[]) => void): Promise<{ close(): void }> {
  const socket = await connect(info);
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as FeedMessage;
    if (message.type === 'snapshot' || message.type === 'changes') onJobs(message.jobs);
  });
  socket.send(JSON.stringify({ type: 'subscribe', epoch: null, rev: null }));
  await once(socket, 'message');
  return socket;
}
