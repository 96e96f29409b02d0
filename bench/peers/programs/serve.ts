/** The other end of `startProgram`: answers each number of jobs with the milliseconds they took. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { npmFolder } from '../peer.ts';

/** Loads one of the peers' packages, whose types this project does not have. */
export const load = createRequire(join(npmFolder, 'package.json'));

/** Says that it is ready, then works until its input ends. */
export async function serve(measure: (count: number) => Promise<number>, close: () => Promise<void>): Promise<void> {
  process.stdout.write('0\n');
  for await (const line of createInterface({ input: process.stdin })) {
    process.stdout.write(`${await measure(Number(line))}\n`);
  }
  await close();
}

/** Runs `/bin/true` with its output in a log of its own, as the work of a queue's worker. */
export async function runLogged(name: string): Promise<void> {
  const log = createWriteStream(join(process.env.BENCH_LOGS ?? '', `${name}.log`));
  await once(log, 'open');
  const child = spawn('/bin/true', { stdio: ['ignore', log, log] });
  const [code] = await once(child, 'exit');
  log.close();
  if (code !== 0) throw new Error(`/bin/true ended with ${code}.`);
}
