/** The settings of a connection from the options of the command line. */
import { text as textOf } from 'node:stream/consumers';
import { CelerySettings, type ConnectionSettings, InngestSettings } from '../../shared/connection.ts';
import type { Message } from '../../shared/messages/schema.ts';
import { compile, mismatchMessage } from '../../shared/validation.ts';
import { remoteEngines } from '../../shared/vocabulary.ts';
import { usageError } from '../problems.ts';

export interface ConnectionOptions {
  readOnly?: boolean;
  resultBackend?: string;
  queue?: string[];
  signingKey?: string;
  eventKey?: string;
  set?: string[];
}

const checks = { celery: compile(CelerySettings), inngest: compile(InngestSettings) };

/**
 * The settings of a connection. Keys can come from the environment, which is safer: process lists show options.
 * @throws UsageError
 */
export async function settingsOf(
  kind: string,
  url: string,
  options: ConnectionOptions,
  env: Record<string, string | undefined>,
): Promise<ConnectionSettings> {
  const engine = remoteEngines.find((one) => one === kind);
  if (engine === undefined) {
    throw usageError('INVALID_REQUEST/engine', { engine: kind, engines: remoteEngines.join(' or ') });
  }
  const address = url === '-' ? (await textOf(process.stdin)).trim() : url;
  const common = options.readOnly ? { url: address, readOnly: true } : { url: address };
  const given = { ...named(engine, options, env), ...pairs(options.set ?? []) };
  const invalid = (reason: Message) => usageError('INVALID_REQUEST/connectionSettings', { engine, reason });
  if (engine === 'celery') {
    const { value, problem } = checks.celery(given);
    if (problem !== null) throw invalid(mismatchMessage(problem, 'settings'));
    return { engine, ...common, settings: value };
  }
  const { value, problem } = checks.inngest(given);
  if (problem !== null) throw invalid(mismatchMessage(problem, 'settings'));
  return { engine, ...common, settings: value };
}

function named(
  engine: ConnectionSettings['engine'],
  { resultBackend, queue, signingKey, eventKey }: ConnectionOptions,
  env: Record<string, string | undefined>,
): Record<string, unknown> {
  const keys =
    engine === 'inngest'
      ? {
          signingKey: signingKey ?? env.JOBDECK_INNGEST_SIGNING_KEY,
          eventKey: eventKey ?? env.JOBDECK_INNGEST_EVENT_KEY,
        }
      : { signingKey, eventKey };
  const all = { ...keys, resultBackend, queues: queue };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** Settings from `name=value`. The value is parsed as JSON if possible, otherwise it is text. */
function pairs(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw usageError('INVALID_REQUEST/connectionSetting', { text });
      return [text.slice(0, at), jsonOrText(text.slice(at + 1))];
    }),
  );
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
