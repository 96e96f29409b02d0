/** The counterpart of `startProgram`: replies to each job count with the milliseconds those jobs took. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { npmFolder } from '../peer.ts';

/** Loads a package of the peers, whose types this project does not have. */
export const load = createRequire(join(npmFolder, 'package.json'));

/** Reports that it is ready, then works until its input closes. */
export async function serve(measure: (count: number) => Promise<number>, close: () => Promise<void>): Promise<void> {
  process.stdout.write('0\n');
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${await measure(Number(line))}\n`);
  }
  await close();
}

/** Runs `/bin/true` and writes its output to a log file, as a queue worker would. */
export async function runLogged(name: string): Promise<void> {
  const log = createWriteStream(join(process.env.BENCH_LOGS ?? '', `${name}.log`));
  await once(log, 'open');
  const child = spawn('/bin/true', { stdio: ['ignore', log, log] });
  const [code] = await once(child, 'exit');
  log.close();
  if (code !== 0) throw new Error(`/bin/true exited with code ${code}.`);
}
