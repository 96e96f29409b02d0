/** Jobdeck as one of the compared runners. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../shared/version.ts';
import { openFeed } from '../feed.ts';
import { startMeasured } from '../process.ts';
import type { Peer } from './peer.ts';

const queue = 'two';

/** Submits all jobs concurrently over HTTP. A job counts as finished when the change feed reports it. */
export const jobdeck: Peer = {
  name: 'Jobdeck',
  version: async () => version,
  async start(folder) {
    const home = join(folder, 'home');
    mkdirSync(home, { mode: 0o700 });
    const daemon = await startMeasured(home);
    await daemon.client.setQueue(queue, { concurrency: 2 });
    let turn = 0;
    return {
      pid: daemon.info.pid,
      async dispatch(count) {
        turn += 1;
        const title = `true ${turn}`;
        const ended = new Set<string>();
        let all = () => {};
        const done = new Promise<void>((resolve) => {
          all = resolve;
        });
        const feed = await openFeed(daemon.info, (jobs) => {
          for (const job of jobs) if (job.title === title && job.endedAt !== null) ended.add(job.id);
          if (ended.size === count) all();
        });
        const began = performance.now();
        const request = { command: { argv: ['/bin/true'] }, queue, title };
        await Promise.all(Array.from({ length: count }, () => daemon.client.submit(request)));
        await done;
        const took = performance.now() - began;
        feed.close();
        return took;
      },
      stop: () => daemon.stop(),
    };
  },
};
