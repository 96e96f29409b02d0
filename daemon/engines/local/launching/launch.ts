/** Starts the supervisor of a launch. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { FileRefused } from '../../../../shared/files/fileRefused.ts';
import { localProblem } from '../../../../shared/messages/localJobs.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import { userPaths } from '../../../files/userPaths.ts';
import type { Launch } from '../../engine.ts';
import { hideNodeVariables } from '../supervising/nodeEnvironment.ts';
import type { RunFolder } from '../supervising/runFolder.ts';
import { inputScript, supervisorName, supervisorScript, withSettings } from '../supervising/supervisorScript.ts';
import { argumentsOf } from './command.ts';
import { jobEnvironment, type Reporting, survivesAnyShell } from './environment.ts';
import { ownPrivileges } from './privileges.ts';
import { type Preparation, preparation, unchanged } from './settings.ts';

export type SupervisorKind = 'sh' | 'node';

export interface LaunchDeps {
  /** The default is `sh`, or `node` on Windows. */
  supervisor?: SupervisorKind;
  /** `dist/supervisor.js`, or its source in tests. */
  supervisorFile: string;
  /** Provides what a job needs to report. Without it, jobs can't report. */
  reporting?: (jobId: string) => Reporting;
}

export interface Supervisor {
  pid: number;
  /** Settings of the job’s process that the system refused. */
  refused: Message[];
  /** Resolves when it has written its pid or ended without doing so. */
  ready: Promise<void>;
  /** Resolves with the exit code; null if a signal ended it. */
  ended: Promise<number | null>;
}

type Env = Record<string, string>;

const bash = '/bin/bash';

/**
 * Starts the supervisor in a new session with its output redirected to the open log. Resolves when its process exists;
 * rejects with the system error if it could not be created.
 */
export async function startSupervisor(
  launch: Launch,
  folder: RunFolder,
  log: number,
  deps: LaunchDeps,
): Promise<Supervisor> {
  const { platform } = process;
  const { cwd } = launch;
  const reporting = deps.reporting?.(launch.jobId) ?? null;
  const token = folder.token();
  const env = jobEnvironment(launch.env, { cwd, ref: launch, token, platform, reporting });
  const argv = await argumentsOf(launch.command, { env, cwd, platform });
  const kind = kindFor(env, deps);
  const prepared =
    launch.process === undefined ? unchanged : preparation(launch.process, ownPrivileges(), kind === 'sh');
  if (kind === 'node') folder.writeUmask(prepared.umask);
  await checkResponding(cwd);
  const { program, args, programEnv } = supervisorCommand(env, deps, { kind, stdin: launch.stdin === true, prepared });
  const stdio: SpawnOptions['stdio'] = ['ignore', log, log, 'pipe'];
  const options = { cwd, env: programEnv, detached: true, windowsHide: true, stdio };
  const child = spawn(program, [...args, folder.path, token ?? '', ...prepared.prefix, ...argv], options);
  return { ...(await started(child)), refused: prepared.refused };
}

/** Outside of its POSIX mode, which the script leaves, bash removes POSIXLY_CORRECT; see `supervisorScript`. */
function kindFor(env: Env, { supervisor }: LaunchDeps): SupervisorKind {
  const kind = supervisor ?? (process.platform === 'win32' ? 'node' : 'sh');
  const isPassedOn = !('POSIXLY_CORRECT' in env) && (survivesAnyShell(env) || existsSync(bash));
  return isPassedOn ? kind : 'node';
}

interface SupervisorNeeds {
  kind: SupervisorKind;
  stdin: boolean;
  prepared: Preparation;
}

/** Starting a process in a folder waits for that folder, on the main thread. */
async function checkResponding(cwd: string): Promise<void> {
  try {
    await userPaths.access(cwd, () => stat(cwd));
  } catch (error) {
    if (error instanceof FileRefused) throw localProblem('CWD_MISSING/notResponding', { cwd });
    // Starting the process reports anything else.
  }
}

/** The supervisor's program, its arguments before the run folder, and the environment for it and the job. */
function supervisorCommand(
  env: Env,
  deps: LaunchDeps,
  { kind, stdin, prepared }: SupervisorNeeds,
): { program: string; args: string[]; programEnv: Env } {
  if (kind === 'node') {
    const programEnv = { ...hideNodeVariables(env), ELECTRON_RUN_AS_NODE: '1', ELECTRON_NO_ASAR: '1' };
    return { program: process.execPath, args: [deps.supervisorFile], programEnv };
  }
  const umask = prepared.umask === null ? [] : [`umask 0${prepared.umask.toString(8)}`];
  const text = withSettings(stdin ? inputScript : supervisorScript, [...umask, ...prepared.lines]);
  const script = ['-c', text, supervisorName];
  // With `-p`, bash imports neither functions nor options from the environment and passes all variables on.
  return survivesAnyShell(env)
    ? { program: '/bin/sh', args: script, programEnv: env }
    : { program: bash, args: ['-p', ...script], programEnv: env };
}

async function started(child: ChildProcess): Promise<Omit<Supervisor, 'refused'>> {
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  await once(child, 'spawn');
  child.unref();
  return { pid: child.pid ?? 0, ready: endOfPipe(child), ended };
}

function endOfPipe(child: ChildProcess): Promise<void> {
  const pipe = child.stdio[3];
  if (!pipe) return Promise.resolve();
  return new Promise((resolve) => {
    pipe.once('close', resolve);
    // Destroying a broken pipe emits `close`, which is all that matters here.
    pipe.once('error', () => pipe.destroy());
    if ('resume' in pipe) pipe.resume();
  });
}
