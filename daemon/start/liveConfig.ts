/**
 * The settings as they are now. `config.json` is read again whenever it changes, so that the daemon need not be restarted; only
 * the port is used once.
 */
import type { Warning } from '../../shared/daemon.ts';
import type { DiskSettings } from '../disk/diskWatch.ts';
import type { RetentionSettings } from '../jobs/ports.ts';
import type { ReportingSettings } from '../jobs/reporting/start.ts';
import type { FileLog } from '../log.ts';
import { type Config, configOrDefaults, diskSettingsOf, retentionOf } from './config.ts';

export interface LiveConfigDeps {
  /** Path of `config.json`. */
  file: string;
  log: Pick<FileLog, 'info' | 'warning'>;
  warnings: { set(warning: Warning): void; clear(code: 'CONFIG_IGNORED'): void };
  /** Watches the file, and calls back when it may have changed. */
  watch(onChange: () => void): { close(): void };
  /** Called when settings have changed. */
  onChange(changed: { retention: boolean }): void;
}

export class LiveConfig {
  readonly #deps: LiveConfigDeps;
  #config: Config;
  #watch: { close(): void } | null = null;

  constructor(deps: LiveConfigDeps) {
    this.#deps = deps;
    this.#config = this.#read();
  }

  get current(): Config {
    return this.#config;
  }

  /** The limits of finished jobs, always the current ones. */
  readonly retention: RetentionSettings = following(() => retentionOf(this.#config), ['days', 'jobs', 'logBytes']);

  /** The limits of free disk space and of logs, always the current ones. */
  readonly disk: DiskSettings = following(
    () => diskSettingsOf(this.#config),
    ['warnBytes', 'cutBytes', 'attemptLogBytes'],
  );

  /** The defaults of reported jobs, always the current ones. */
  readonly reporting: ReportingSettings = following(
    () => ({ heartbeatMs: Math.round(this.#config.staleMinutes * minute), timeLimitMs: timeLimit(this.#config) }),
    ['heartbeatMs', 'timeLimitMs'],
  );

  /** Starts to follow the file. */
  start(): void {
    this.#watch = this.#deps.watch(() => this.#update());
  }

  close(): void {
    this.#watch?.close();
  }

  #update(): void {
    const before = this.#config;
    this.#config = this.#read();
    if (JSON.stringify(before) === JSON.stringify(this.#config)) return;
    this.#deps.log.info('The settings have changed.');
    this.#deps.onChange({ retention: JSON.stringify(before.retention) !== JSON.stringify(this.#config.retention) });
  }

  #read(): Config {
    const { file, log, warnings } = this.#deps;
    const { config, warning } = configOrDefaults(file);
    if (warning === null) {
      warnings.clear('CONFIG_IGNORED');
    } else {
      log.warning(warning.message);
      warnings.set(warning);
    }
    return config;
  }
}

const minute = 60_000;

function timeLimit({ reportedTimeLimitMinutes: minutes }: Config): number | null {
  return minutes === 0 ? null : Math.round(minutes * minute);
}

/** An object whose properties are read anew each time. */
function following<T extends object>(read: () => T, keys: readonly (keyof T)[]): T {
  const properties = keys.map((key) => [key, { enumerable: true, get: () => read()[key] }] as const);
  return Object.defineProperties({}, Object.fromEntries(properties)) as T;
}
