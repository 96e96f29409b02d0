/** What somebody says of a connection to be made, as the daemon wants it, without the editor. */
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

/** Where each listens on this machine unless told otherwise. */
export const usualAddress: Record<RemoteEngineName, string> = {
  celery: 'redis://localhost:6379/0',
  inngest: 'http://localhost:8288',
};

/** A name that is free: that of the engine, or with a number. */
export function freeName(engine: RemoteEngineName, taken: readonly string[]): string {
  let name: string = engine;
  for (let number = 2; taken.includes(name); number++) name = `${engine}-${number}`;
  return name;
}

/** What is wrong with a name; the daemon has the same rule. */
export function nameProblem(name: string, t: Translate): string | undefined {
  if (/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,49}$/.test(name.trim())) return undefined;
  return t('Use up to 50 letters, digits, “_”, “-” or “.”.');
}

/** What is wrong with the address of an engine, as far as it can be seen without trying it. */
export function addressProblem(engine: RemoteEngineName, text: string, t: Translate): string | undefined {
  const url = URL.parse(text.trim());
  const known = schemes[engine];
  if (url !== null && url.hostname !== '' && known.includes(url.protocol)) return undefined;
  const forms = known.map((scheme) => `${scheme}//`).join(', ');
  return t('Enter a URL with a host. Supported schemes: {0}', forms);
}

/** What is wrong with the address of results; none is right. What it may be is for the daemon to say. */
export function resultsProblem(text: string, t: Translate): string | undefined {
  if (text.trim() === '' || URL.parse(text.trim()) !== null) return undefined;
  return t('Enter a URL such as {0}, or leave it empty.', 'redis://localhost:6379/1');
}

/** The settings of what was said; what was left empty is left out. */
export function settingsOf(answers: ConnectionAnswers): ConnectionSettings {
  const { engine, readOnly } = answers;
  const common = { url: answers.url.trim(), ...(readOnly ? { readOnly } : {}) };
  const given = (name: 'resultBackend' | 'signingKey' | 'eventKey') =>
    answers[name].trim() === '' ? {} : { [name]: answers[name].trim() };
  return engine === 'celery'
    ? { engine, ...common, settings: given('resultBackend') }
    : { engine, ...common, settings: { ...given('signingKey'), ...given('eventKey') } };
}
