/** What a process carries with it that shows which job it belongs to. Only Linux shows it. */
import { readDescriptor, readProc } from './proc.ts';
import { nameOf, type Process } from './table.ts';

export interface Evidence {
  /** The launch in its environment, see `markOf`; null for none. */
  mark: string | null;
  /** `JOBDECK_HOME` in its environment; null for none. */
  home: string | null;
  /** The files that its stdout and stderr are open on. */
  outputs: readonly string[];
  /** Its cgroup, such as `/user.slice/jobdeck.1.2`. */
  cgroup: string;
}

const none: Evidence = { mark: null, home: null, outputs: [], cgroup: '' };

/**
 * The mark of a launch: what the `JOBDECK_*` variables that its processes inherit say about it. Earlier versions launched
 * without a token.
 */
export function markOf(launch: { jobId?: string; attempt?: number | string; token: string | null }): string {
  return launch.token ?? `${launch.jobId}/${launch.attempt}`;
}

/** The mark in an environment, as `/proc/<pid>/environ` shows it. */
export function markIn(environ: string): string | null {
  const [token, jobId, attempt] = valuesIn(environ, ['JOBDECK_LAUNCH', 'JOBDECK_JOB_ID', 'JOBDECK_ATTEMPT']);
  return token || (jobId && attempt) ? markOf({ jobId, attempt, token: token || null }) : null;
}

function valuesIn(environ: string, names: string[]): (string | undefined)[] {
  // Splitting the environments of thousands of processes would take longer than reading them.
  const text = `\0${environ}`;
  return names.map((name) => {
    const found = text.indexOf(`\0${name}=`);
    if (found === -1) return undefined;
    const start = found + name.length + 2;
    const end = text.indexOf('\0', start);
    return text.slice(start, end === -1 ? undefined : end);
  });
}

/**
 * Reads the evidence on each process once. A process keeps what it was started with: when it runs another program
 * without the variables, it is still the job's.
 */
export class EvidenceReader {
  readonly #isLinux: boolean;
  #read = new Map<string, Evidence>();

  constructor(platform: NodeJS.Platform = process.platform) {
    this.#isLinux = platform === 'linux';
  }

  /** The evidence on the processes of a snapshot. Forgets all others. */
  on(processes: readonly Process[]): (process: Process) => Evidence {
    const before = this.#read;
    this.#read = new Map();
    for (const { pid, started } of processes) {
      const name = nameOf({ pid, started });
      const known = before.get(name);
      if (known) this.#read.set(name, known);
    }
    return (process) => this.#of(process);
  }

  #of(process: Process): Evidence {
    // A thread of the kernel has no user memory.
    if (!this.#isLinux || process.pid === 2 || process.parent === 2) return none;
    const name = nameOf(process);
    const known = this.#read.get(name);
    if (known) return known;
    const environ = readProc(process.pid, 'environ');
    const mark = markIn(environ);
    const evidence =
      mark === null ? unmarked(process.pid) : { ...none, mark, home: valuesIn(environ, ['JOBDECK_HOME'])[0] ?? null };
    // The environment is empty for a moment while a process starts a program.
    if (environ !== '') this.#read.set(name, evidence);
    return evidence;
  }
}

/** The evidence on a process without a mark. */
function unmarked(pid: number): Evidence {
  return {
    ...none,
    outputs: [readDescriptor(pid, 1), readDescriptor(pid, 2)],
    cgroup: /^0::(.*)$/m.exec(readProc(pid, 'cgroup'))?.[1] ?? '',
  };
}
