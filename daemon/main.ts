/** The daemon's process. It prints one start line and writes everything else to daemon.log. */
import { join } from 'node:path';
import { daemonHome, homeFiles } from '../shared/client/home.ts';
import { systemClock } from './clock.ts';
import { startDaemon } from './daemon.ts';
import { FileLog } from './log.ts';
import { prepareHome } from './start/home.ts';
import { forgetLibcSettings } from './start/memory.ts';
import { exitOnUncaughtErrors, printStartLine, quietOutput, toStartError } from './start/process.ts';
import { checkRequirements, thisRuntime } from './start/requirements.ts';

void main();

async function main(): Promise<void> {
  const home = daemonHome();
  const log = new FileLog(join(home, homeFiles.log), systemClock);
  let printed = false;
  const fail = async (error: unknown) => {
    if (printed) return;
    printed = true;
    await printStartLine({ error: toStartError(error).toBody() });
  };
  quietOutput(log);
  exitOnUncaughtErrors(log, fail);
  try {
    checkRequirements(thisRuntime());
    prepareHome(home);
    forgetLibcSettings(process.env);
    // Otherwise the folder it was started from could not be unmounted or deleted.
    process.chdir(home);
    const info = await startDaemon(home, log);
    printed = true;
    await printStartLine({ ready: info });
  } catch (error) {
    log.error('The daemon did not start.', error);
    await fail(error);
    process.exit(1);
  }
}
