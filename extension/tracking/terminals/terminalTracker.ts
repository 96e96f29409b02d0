/**
 * Tracks commands of terminals that run for a while. Their shells tell of starts and ends, but not of all: what runs is
 * shown as running only while the system says so too, and what ended unseen says that it did.
 */
import type { Disposable, Event } from '../../base/event.ts';
import type { Translate } from '../../base/text.ts';
import type { TrackedJob } from '../trackedJob.ts';
import type { Tracking } from '../tracking.ts';
import type { Foreground } from './foreground.ts';
import { commandEnding, commandStart, isWorthTracking, type Unseen, unseenEnding } from './trackedCommand.ts';

/** Milliseconds between two looks at what runs. */
const lookInterval = 10_000;
/** Looks in a row that must not find it before a command counts as ended: the news of its end may be on its way. */
const missesAllowed = 2;

/** As much of a `vscode.Terminal` as is needed. */
export interface TrackedTerminal {
  readonly name: string;
  readonly processId: Thenable<number | undefined>;
  sendText(text: string, shouldExecute?: boolean): void;
}

/** As much of a `vscode.TerminalShellExecution`. */
export interface ShellExecution {
  readonly commandLine: { readonly value: string; readonly isTrusted: boolean };
  readonly cwd: { readonly scheme: string; readonly fsPath: string } | undefined;
}

export interface ShellEvents<T extends TrackedTerminal> {
  readonly onDidStart: Event<{ readonly terminal: T; readonly execution: ShellExecution }>;
  readonly onDidEnd: Event<{ readonly execution: ShellExecution; readonly exitCode: number | undefined }>;
  readonly onDidClose: Event<T>;
}

export interface TerminalTrackerDeps {
  readonly tracking: Pick<Tracking, 'start'>;
  readonly t: Translate;
  /** Milliseconds after which a command is tracked; null for never. */
  trackAfter(): number | null;
  foregroundOf(pid: number): Promise<Foreground>;
  /** Whether a process is that of a task, which is not tracked by its terminal. */
  isTask(pid: number): boolean;
  /** Folder of this window that a folder belongs to. */
  folderOf(cwd: string | undefined): string | undefined;
}

/** A command since its start. */
interface Running {
  readonly terminal: TrackedTerminal;
  readonly execution: ShellExecution;
  readonly startedAt: string;
  timer: NodeJS.Timeout;
  job: TrackedJob | null;
  /** Looks in a row that found nothing running, after it had been. */
  misses: number;
}

export class TerminalTracker<T extends TrackedTerminal> implements Disposable {
  readonly #deps: TerminalTrackerDeps;
  readonly #running = new Map<TrackedTerminal, Running>();
  readonly #subscriptions: Disposable[];

  constructor(deps: TerminalTrackerDeps, events: ShellEvents<T>) {
    this.#deps = deps;
    this.#subscriptions = [
      events.onDidStart(({ terminal, execution }) => this.#started(terminal, execution)),
      events.onDidEnd(({ execution, exitCode }) => this.#ended(execution, exitCode)),
      events.onDidClose((terminal) => this.#endUnseen(terminal, 'closed')),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { timer } of this.#running.values()) clearTimeout(timer);
  }

  #started(terminal: TrackedTerminal, execution: ShellExecution): void {
    this.#endUnseen(terminal, 'another');
    const after = this.#deps.trackAfter();
    if (after === null || !isWorthTracking(execution.commandLine.value)) return;
    const startedAt = new Date().toISOString();
    const running: Running = {
      terminal,
      execution,
      startedAt,
      job: null,
      misses: 0,
      timer: this.#later(after, terminal),
    };
    this.#running.set(terminal, running);
  }

  #later(delay: number, terminal: TrackedTerminal): NodeJS.Timeout {
    return setTimeout(() => void this.#look(terminal), delay);
  }

  /** Shows the command as a job once the system sees that it runs, and sees whether it still does. */
  async #look(terminal: TrackedTerminal): Promise<void> {
    const running = this.#running.get(terminal);
    if (running === undefined) return;
    const pid = await terminal.processId;
    const seen = pid === undefined ? 'unknown' : await this.#deps.foregroundOf(pid);
    if (this.#running.get(terminal) !== running) return;
    if (pid !== undefined && this.#deps.isTask(pid)) {
      this.#running.delete(terminal);
      return;
    }
    if (seen === 'busy') running.job ??= this.#track(running, pid);
    // What is not shown yet may be seen later, but not where the system tells nothing.
    if (running.job === null && seen === 'unknown') return;
    running.misses = seen === 'busy' || running.job === null ? 0 : running.misses + 1;
    if (running.misses >= missesAllowed) this.#endUnseen(terminal, 'nothing');
    else running.timer = this.#later(lookInterval, terminal);
  }

  #ended(execution: ShellExecution, exitCode: number | undefined): void {
    const running = [...this.#running.values()].find((one) => one.execution === execution);
    if (running === undefined) return;
    const { terminal, timer, startedAt } = running;
    clearTimeout(timer);
    this.#running.delete(terminal);
    const after = this.#deps.trackAfter();
    const long = after !== null && Date.now() - Date.parse(startedAt) >= after;
    // Where nothing but the shell tells that something runs, it is shown when it has ended.
    const job = running.job ?? (long ? this.#track(running, undefined) : null);
    void job?.end(commandEnding(exitCode, this.#deps.t));
  }

  /** What was not seen to run and not seen to end is not shown at all. */
  #endUnseen(terminal: TrackedTerminal, why: Unseen): void {
    const running = this.#running.get(terminal);
    if (running === undefined) return;
    clearTimeout(running.timer);
    this.#running.delete(terminal);
    void running.job?.end(unseenEnding(why, this.#deps.t));
  }

  #track({ terminal, execution, startedAt }: Running, pid: number | undefined): TrackedJob {
    const { commandLine, cwd } = execution;
    const path = cwd?.scheme === 'file' ? cwd.fsPath : undefined;
    const { value: line, isTrusted } = commandLine;
    const facts = { line, isTrusted, cwd: path, folder: this.#deps.folderOf(path), terminal: terminal.name };
    const interrupt = () => terminal.sendText('\u0003', false);
    return this.#deps.tracking.start(commandStart({ ...facts, pid, startedAt }), { stop: interrupt });
  }
}
