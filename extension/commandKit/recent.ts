/** Recently run commands. */
import type { Job } from '../../shared/job.ts';

/** Longer lines are truncated in the job. */
const wholeLine = 1_000;

export interface RecentCommand {
  readonly line: string;
  readonly cwd: string | null;
}

/** The latest distinct command lines, those of this workspace first. */
export function recentCommands(jobs: readonly Job[], workspace: string | null, limit: number): RecentCommand[] {
  const latestFirst = [...jobs].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
  const here = latestFirst.filter((job) => job.workspace === workspace);
  const elsewhere = latestFirst.filter((job) => job.workspace !== workspace);
  const commands = new Map<string, RecentCommand>();
  for (const { commandLine, cwd } of [...here, ...elsewhere]) {
    if (commandLine === null || commandLine.length >= wholeLine || commands.size >= limit) continue;
    if (!commands.has(commandLine)) commands.set(commandLine, { line: commandLine, cwd });
  }
  return [...commands.values()];
}
