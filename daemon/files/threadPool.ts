/** The pool in which Node accesses files. */
import { stat } from 'node:fs/promises';
import { poolSize, userPaths } from './userPaths.ts';

const variable = 'UV_THREADPOOL_SIZE';

/** Starts the pool with enough threads for some to be blocked. Call it before anything uses the pool. */
export async function startThreadPool(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  const given = env[variable];
  if (Number(given ?? 0) >= poolSize) return;
  env[variable] = String(poolSize);
  // The first use of the pool reads the variable. Jobs must not inherit it.
  await stat('/').catch(() => null);
  if (given === undefined) delete env[variable];
  else env[variable] = given;
}

/** Milliseconds for accesses to return before the process ends. */
const patience = 500;

/** Ends this process. Node waits for every thread of its pool, and a blocked one never ends. */
export async function exitProcess(code: number): Promise<void> {
  await Promise.race([userPaths.settled(), new Promise((resolve) => setTimeout(resolve, patience))]);
  if (userPaths.isBusy) process.kill(process.pid, 'SIGKILL');
  else process.exit(code);
}
