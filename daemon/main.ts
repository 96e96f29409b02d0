/** The daemon's process. It prints one start line and writes everything else to daemon.log. */
import { join } from 'node:path';
import { daemonHome, homeFiles } from '../shared/client/home.ts';
import { takeOverOption } from '../shared/client/launch.ts';
import { systemClock } from './clock.ts';
import { startDaemon } from './daemon.ts';
import { exitProcess, startThreadPool } from './files/threadPool.ts';
import { FileLog } from './log.ts';
import { nameProcess } from './processName.ts';
import { closeInheritedDescriptors } from './start/descriptors.ts';
import { prepareHome } from './start/home.ts';
import { raiseSoftLimits } from './start/limits.ts';
import { forgetLibcSettings } from './start/memory.ts';
import { exitOnUncaughtErrors, printStartLine, quietOutput, toStartError } from './start/process.ts';
import { checkRequirements, thisRuntime } from './start/requirements.ts';

void main();

async function main(): Promise<void> {
  let printed = false;
  const fail = async (error: unknown) => {
    if (printed) return;
    printed = true;
    await printStartLine({ error: toStartError(error).toBody() });
  };
  let log: FileLog | null = null;
  try {
    nameProcess();
    closeInheritedDescriptors();
    const unraised = raiseSoftLimits();
    // A caller's umask may hide the daemon's files from the daemon itself.
    process.umask(process.umask() & 0o077);
    // Nothing is written before, not even to the log: the folder may belong to another user.
    const home = prepareHome(daemonHome());
    log = new FileLog(join(home, homeFiles.log), systemClock);
    if (unraised !== null) log.error('The resource limits of the daemon could not be raised.', unraised);
    quietOutput(log);
    exitOnUncaughtErrors(log, fail);
    checkRequirements(thisRuntime());
    forgetLibcSettings(process.env);
    // Otherwise the folder it was started from could not be unmounted or deleted.
    process.chdir(home);
    await startThreadPool();
    await startDaemon(home, log, {
      takeOver: process.argv.includes(takeOverOption),
      onPublished(info) {
        printed = true;
        void printStartLine({ ready: info });
      },
    });
  } catch (error) {
    log?.error('The daemon did not start.', error);
    await fail(error);
    await exitProcess(1);
  }
}
