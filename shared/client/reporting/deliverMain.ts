/** `dist/deliver.js`: delivers the reports that ended programs left on disk, then exits. */
import { daemonHome } from '../home.ts';
import { untilGone } from '../process.ts';
import { findAddress } from './address.ts';
import { Reporter } from './reporter.ts';

/** Milliseconds to wait for the parent program to exit, and to run in total. */
const limits = { program: 5_000, all: 10_000 };

// A cancel of the program's job stops all its processes. This one delivers the reports first.
process.on('SIGTERM', () => {});
setTimeout(() => process.exit(1), limits.all);
void main().then(
  () => process.exit(0),
  // The daemon is unavailable. The reports remain for the next reporting program.
  () => process.exit(1),
);

async function main(): Promise<void> {
  const program = Number(process.argv[2]);
  if (program > 0) await untilGone(program, limits.program);
  const env = { ...process.env, JOBDECK_JOB_ID: undefined, JOBDECK_TOKEN: undefined };
  const find = () => findAddress(env, null);
  await new Reporter({ home: daemonHome(), adopts: true, warn: () => {}, find }).deliverOrphans();
}
