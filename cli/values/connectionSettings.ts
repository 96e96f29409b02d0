/** The settings of a connection as they are given on the command line. */
import { text as textOf } from 'node:stream/consumers';
import { CelerySettings, type ConnectionSettings, InngestSettings, RemoteEngineName } from '../../shared/connection.ts';
import { compile, sentence } from '../../shared/validation.ts';
import { UsageError } from '../usageError.ts';

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
 * What to ask of the daemon. Keys come from the options or, better, from the environment, which no list of processes shows.
 * @throws UsageError
 */
export async function settingsOf(
  kind: string,
  url: string,
  options: ConnectionOptions,
  env: Record<string, string | undefined>,
): Promise<ConnectionSettings> {
  const engine = RemoteEngineName.enum.find((one) => one === kind);
  if (engine === undefined) {
    throw new UsageError(
      'INVALID_REQUEST',
      `There is no engine ${kind}.`,
      `Use ${RemoteEngineName.enum.join(' or ')}.`,
    );
  }
  const address = url === '-' ? (await textOf(process.stdin)).trim() : url;
  const common = { url: address, ...(options.readOnly ? { readOnly: true } : {}) };
  const given = { ...named(engine, options, env), ...pairs(options.set ?? []) };
  const wrong = (says: string) =>
    new UsageError('INVALID_REQUEST', `The settings of ${engine} are wrong: ${says}`, 'docs/engines.md lists them.');
  if (engine === 'celery') {
    const { value, problem } = checks.celery(given);
    if (problem !== null) throw wrong(sentence(problem, 'They'));
    return { engine, ...common, settings: value };
  }
  const { value, problem } = checks.inngest(given);
  if (problem !== null) throw wrong(sentence(problem, 'They'));
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

/** `name=value`: the value is JSON where it can be read so, else text. */
function pairs(texts: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    texts.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError('INVALID_REQUEST', `“${text}” sets nothing.`, 'Give name=value.');
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
