/** Defaults for what a submitted job leaves out. */
import type { Command, RetryPolicy } from '../../../shared/job.ts';
import type { RetryRequestPolicy } from '../../../shared/protocol.ts';
import { commandLine, cut } from '../../store/values.ts';

const titleLength = 80;

/** The command as one short line. */
export function defaultTitle(command: Command): string {
  return cut((commandLine(command) ?? '').replace(/\s+/g, ' ').trim(), titleLength);
}

/** Programs that run another one named in their arguments, which distinguishes jobs better. */
const runners = new Set([
  'npm',
  'pnpm',
  'yarn',
  'bun',
  'npx',
  'bunx',
  'uvx',
  'uv',
  'node',
  'deno',
  'ruby',
  'perl',
  'bash',
  'sh',
]);

/**
 * The type of a job, which groups the history: `build` for `npm run build`, `tsc` for `npx tsc -p .`, `train.py` for
 * `python3 train.py`, otherwise the program's name; `shell` for a shell line.
 */
export function defaultType(command: Command): string {
  if ('shell' in command) return 'shell';
  const [program = '', ...rest] = command.argv;
  const name = baseName(program).replace(/\.(exe|cmd|bat)$/i, '');
  const isRunner = runners.has(name) || /^python[\d.]*$/.test(name);
  const target = isRunner
    ? rest.find((word) => !word.startsWith('-') && !/^(run|run-script|exec|x)$/.test(word))
    : null;
  return cut(target && isName(target) ? baseName(target) : name, 100);
}

const baseName = (path: string) => path.split(/[\\/]/).findLast((part) => part !== '') ?? path;

/** Whether a word looks like the name of a script or program rather than a piece of code. */
const isName = (word: string) => /^[\w@.+:/\\-]{1,200}$/.test(word);

/** A retry policy, completed with the defaults. */
export function fullPolicy(policy: RetryRequestPolicy | undefined): RetryPolicy | null {
  if (policy === undefined) return null;
  const { attempts, delayMs = 10_000, backoff = 'fixed', retryOn = null } = policy;
  const { maxDelayMs = Math.max(600_000, delayMs), jitter = backoff === 'fixed' ? 'none' : 'full' } = policy;
  return { attempts, delayMs, backoff, maxDelayMs, jitter, retryOn };
}
