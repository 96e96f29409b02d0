/** Answers of the dialog “Add Connection…”: validation and conversion to settings. Pure. */
import type { ConnectionSettings, RemoteEngineName } from '../../../shared/connection.ts';
import type { Translate } from '../../base/text.ts';

export interface ConnectionAnswers {
  engine: RemoteEngineName;
  name: string;
  url: string;
  readOnly: boolean;
  resultBackend: string;
  signingKey: string;
  eventKey: string;
}

const schemes: Record<RemoteEngineName, readonly string[]> = {
  celery: ['redis:', 'rediss:', 'amqp:', 'amqps:'],
  inngest: ['http:', 'https:'],
};

/** Default local URL of each engine. */
export const usualAddress: Record<RemoteEngineName, string> = {
  celery: 'redis://localhost:6379/0',
  inngest: 'http://localhost:8288',
};

/** An unused name: the engine's, or with a number. */
export function freeName(engine: RemoteEngineName, taken: readonly string[]): string {
  let name: string = engine;
  for (let number = 2; taken.includes(name); number++) name = `${engine}-${number}`;
  return name;
}

/** Validates a name, with the same rule as the daemon. */
export function nameProblem(name: string, t: Translate): string | undefined {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,49}$/.test(name.trim())) return undefined;
  return t('Use up to 50 letters, digits, “_”, “-” or “.”.');
}

/** Validates the URL of an engine, without connecting. */
export function addressProblem(engine: RemoteEngineName, text: string, t: Translate): string | undefined {
  const url = URL.parse(text.trim());
  const known = schemes[engine];
  if (url !== null && url.hostname !== '' && known.includes(url.protocol)) return undefined;
  const forms = known.map((scheme) => `${scheme}//`).join(', ');
  return t('Enter a URL with a host. Supported schemes: {0}', forms);
}

/** Validates the optional URL of a result backend. The daemon checks the scheme. */
export function resultsProblem(text: string, t: Translate): string | undefined {
  if (text.trim() === '' || URL.parse(text.trim()) !== null) return undefined;
  return t('Enter a URL such as {0}, or leave it empty.', 'redis://localhost:6379/1');
}

/** Converts the answers to settings. Empty answers are left out. */
export function settingsOf(answers: ConnectionAnswers): ConnectionSettings {
  const { engine, readOnly } = answers;
  const common = { url: answers.url.trim(), ...(readOnly ? { readOnly } : {}) };
  const given = (name: 'resultBackend' | 'signingKey' | 'eventKey') =>
    answers[name].trim() === '' ? {} : { [name]: answers[name].trim() };
  return engine === 'celery'
    ? { engine, ...common, settings: given('resultBackend') }
    : { engine, ...common, settings: { ...given('signingKey'), ...given('eventKey') } };
}
