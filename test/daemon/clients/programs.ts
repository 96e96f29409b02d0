/** Reporting programs as processes, and a daemon that can be killed in between. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { JobDetail } from '../../../shared/job.ts';
import { killJobs, makeHome, startDaemon, type TestDaemon } from '../harness.ts';

export const root = resolve(import.meta.dirname, '../../..');

/** A running program. A line on stdin lets it continue, and it prints lines about its progress. */
export class Program {
  readonly process: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; stderr: string }>;
  readonly #lines: string[] = [];
  #received: () => void = () => {};

  constructor(child: ChildProcess) {
    this.process = child;
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (stderr += part));
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        this.#lines.push(line);
        this.#received();
      });
    }
    this.ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stderr }));
  }

  /** The next line of its output. */
  async line(): Promise<string> {
    while (this.#lines.length === 0) {
      const received = new Promise<void>((settle) => {
        this.#received = settle;
      });
      const over = this.ended.then((end) => {
        if (this.#lines.length === 0) throw new Error(`The program exited before: ${JSON.stringify(end)}`);
      });
      await Promise.race([received, over]);
    }
    return this.#lines.shift() ?? '';
  }

  go(): void {
    this.process.stdin?.write('\n');
  }
}

/** A project folder, and a home with a daemon that can be stopped and started. */
export class ClientBench {
  readonly home = makeHome();
  readonly folder = mkdtempSync(join(tmpdir(), 'jobdeck-project-'));
  readonly #programs: Program[] = [];
  #daemon: TestDaemon | null = null;

  /** The environment of a program outside of any job, with the Python client on its path. */
  get env(): Record<string, string | undefined> {
    const own = { JOBDECK_JOB_ID: undefined, JOBDECK_TOKEN: undefined, JOBDECK_URL: undefined };
    const python = { PYTHONPATH: join(root, 'clients', 'python'), PYTHONDONTWRITEBYTECODE: '1' };
    return { ...process.env, ...own, ...python, JOBDECK_HOME: this.home };
  }

  get daemon(): TestDaemon {
    if (this.#daemon === null) throw new Error('No daemon is running.');
    return this.#daemon;
  }

  async startDaemon(): Promise<void> {
    this.#daemon = await startDaemon({ home: this.home });
  }

  async killDaemon(): Promise<void> {
    await this.daemon.kill9();
    this.#daemon = null;
  }

  write(name: string, text: string): string {
    const file = join(this.folder, name);
    writeFileSync(file, text);
    return file;
  }

  /** Makes `jobdeck` a dependency of the project, like `npm link`. */
  linkPackage(): void {
    mkdirSync(join(this.folder, 'node_modules'));
    symlinkSync(root, join(this.folder, 'node_modules', 'jobdeck'), 'dir');
    this.write('package.json', '{ "private": true }');
  }

  start(program: string, args: string[]): Program {
    const child = spawn(program, args, { cwd: this.folder, env: this.env, stdio: ['pipe', 'pipe', 'pipe'] });
    const made = new Program(child);
    this.#programs.push(made);
    return made;
  }

  /** Jobs by title. */
  async jobs(): Promise<JobDetail[]> {
    const { body } = await this.daemon.request('GET', '/v1/jobs');
    const jobs: JobDetail[] = [];
    for (const { id } of body.jobs) jobs.push((await this.daemon.request('GET', `/v1/jobs/${id}`)).body);
    return jobs;
  }

  /** The first job that matches, as soon as it exists. */
  async jobThat(holds: (job: JobDetail) => boolean): Promise<JobDetail> {
    const socket = this.daemon.openStream();
    try {
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'subscribe', epoch: null, rev: null }));
      for (;;) {
        const changed = once(socket, 'message');
        const found = (await this.jobs()).find(holds);
        if (found !== undefined) return found;
        await changed;
      }
    } finally {
      socket.close();
    }
  }

  /** The only job, once it has ended. */
  async endedJob(): Promise<JobDetail> {
    const [job, another] = await this.jobs();
    if (job === undefined || another !== undefined) throw new Error('Expected exactly one job.');
    await this.daemon.waitForJob(job.id, ({ endedAt }) => endedAt !== null);
    return (await this.daemon.request('GET', `/v1/jobs/${job.id}`)).body;
  }

  async dispose(): Promise<void> {
    for (const { process: child } of this.#programs) child.kill('SIGKILL');
    await Promise.all(this.#programs.map(({ ended }) => ended));
    await this.#daemon?.dispose();
    killJobs(this.home);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The messages on a job's timeline, in order. */
export function messagesIn(job: JobDetail): string[] {
  return job.events.filter(({ kind }) => kind === 'message').map(({ message }) => message);
}
