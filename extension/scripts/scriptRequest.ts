/** The job that a script is run as. Pure. */
import type { Command } from '../../shared/job.ts';
import type { ProjectScript } from './projectScript.ts';

/** Programs that are batch files on Windows, which need a shell. */
const batchFiles: ReadonlySet<string> = new Set(['npm', 'npx', 'pnpm', 'yarn', 'bun', 'composer']);

/** The command line of a script, or the name of a task, which is also the title of its jobs. */
export function scriptTitle({ argv, name }: Pick<ProjectScript, 'argv' | 'name'>): string {
  return argv.length === 0 ? name : argv.join(' ');
}

/** The command that runs a script in its folder. */
export function scriptCommand({ argv }: Pick<ProjectScript, 'argv'>, platform: NodeJS.Platform): Command {
  const [program = '', ...rest] = argv;
  if (platform !== 'win32' || !batchFiles.has(program)) return { argv: [...argv] };
  const last = rest.pop() ?? '';
  return { shell: [program, ...rest, `"${last.replaceAll('"', '""')}"`].join(' ') };
}
