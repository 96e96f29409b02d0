/** The daemon as a process. It prints one StartLine and nothing else; what happens is in daemon.log. */
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
  let said = false;
  const fail = async (error: unknown) => {
    if (said) return;
    said = true;
    await printStartLine({ error: toStartError(error).toBody() });
  };
  quietOutput(log);
  exitOnUncaughtErrors(log, fail);
  try {
    checkRequirements(thisRuntime());
    prepareHome(home);
    forgetLibcSettings(process.env);
    // Not the folder it was started from, which it would keep from being unmounted or deleted.
    process.chdir(home);
    const info = await startDaemon(home, log);
    said = true;
    await printStartLine({ ready: info });
  } catch (error) {
    log.error('The daemon did not start.', error);
    await fail(error);
    process.exit(1);
  }
}
