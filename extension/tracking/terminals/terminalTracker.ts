/**
 * Tracks terminal commands that run for a while. Shell integration reports starts and ends, but may miss some. A command
 * is shown as running only while the system confirms it, and a missed end is reported as an unknown outcome.
 */
import type { Disposable, Event } from '../../base/event.ts';
import type { Translate } from '../../base/text.ts';
import type { TrackedJob } from '../trackedJob.ts';
import type { Tracking } from '../tracking.ts';
import type { Foreground } from './foreground.ts';
import { commandOutcome, commandStart, isWorthTracking, type MissedEnd, missedOutcome } from './trackedCommand.ts';

/** Milliseconds between two checks. */
const checkInterval = 10_000;
/** Consecutive checks without the command before it counts as ended: the event of its end may still arrive. */
const missesAllowed = 2;

/** The used part of `vscode.Terminal`. */
export interface TrackedTerminal {
  readonly name: string;
  readonly processId: Thenable<number | undefined>;
  sendText(text: string, shouldExecute?: boolean): void;
}

/** The used part of `vscode.TerminalShellExecution`. */
export interface ShellExecution {
  readonly commandLine: { readonly value: string; readonly isTrusted: boolean };
  readonly cwd: { readonly scheme: string; readonly fsPath: string } | undefined;
}

export interface ShellEvents<T extends TrackedTerminal> {
  readonly onDidStart: Event<{ readonly terminal: T; readonly execution: ShellExecution }>;
  readonly onDidFinish: Event<{ readonly execution: ShellExecution; readonly exitCode: number | undefined }>;
  readonly onDidClose: Event<T>;
}

export interface TerminalTrackerDeps {
  readonly tracking: Pick<Tracking, 'start'>;
  readonly t: Translate;
  /** Milliseconds after which a command is tracked, or null for never. */
  trackAfter(): number | null;
  foregroundOf(pid: number): Promise<Foreground>;
  /** Whether a process belongs to a task, which is not tracked as a terminal command. */
  isTask(pid: number): boolean;
  /** The workspace folder of a working directory. */
  folderOf(cwd: string | undefined): string | undefined;
}

/** A running command. */
interface Running {
  readonly terminal: TrackedTerminal;
  readonly execution: ShellExecution;
  readonly startedAt: string;
  timer: NodeJS.Timeout;
  job: TrackedJob | null;
  /** Consecutive checks without the command, after it was seen. */
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
      events.onDidFinish(({ execution, exitCode }) => this.#ended(execution, exitCode)),
      events.onDidClose((terminal) => this.#endMissed(terminal, 'closed')),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const { timer } of this.#running.values()) clearTimeout(timer);
  }

  #started(terminal: TrackedTerminal, execution: ShellExecution): void {
    this.#endMissed(terminal, 'another');
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
    return setTimeout(() => void this.#check(terminal), delay);
  }

  /** Reports the command as a job once the system confirms that it runs, and checks whether it still runs. */
  async #check(terminal: TrackedTerminal): Promise<void> {
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
    // Without information from the system, checking again would not help.
    if (running.job === null && seen === 'unknown') return;
    running.misses = seen === 'busy' || running.job === null ? 0 : running.misses + 1;
    if (running.misses >= missesAllowed) this.#endMissed(terminal, 'nothing');
    else running.timer = this.#later(checkInterval, terminal);
  }

  #ended(execution: ShellExecution, exitCode: number | undefined): void {
    const running = [...this.#running.values()].find((one) => one.execution === execution);
    if (running === undefined) return;
    const { terminal, timer, startedAt } = running;
    clearTimeout(timer);
    this.#running.delete(terminal);
    const after = this.#deps.trackAfter();
    const long = after !== null && Date.now() - Date.parse(startedAt) >= after;
    // If the system provides no information, the command is reported when it has ended.
    const job = running.job ?? (long ? this.#track(running, undefined) : null);
    void job?.end(commandOutcome(exitCode, this.#deps.t));
  }

  /** Ends a command whose end was missed. A command that was never confirmed is not reported at all. */
  #endMissed(terminal: TrackedTerminal, why: MissedEnd): void {
    const running = this.#running.get(terminal);
    if (running === undefined) return;
    clearTimeout(running.timer);
    this.#running.delete(terminal);
    void running.job?.end(missedOutcome(why, this.#deps.t));
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
