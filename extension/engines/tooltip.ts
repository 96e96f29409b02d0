/** The Markdown tooltips of connections and workers. Text from engines and users is escaped. */
import type { Connection, Worker } from '../../shared/connection.ts';
import { connectionState, engineName } from '../../shared/connectionWords.ts';
import { escapeMarkdown, messageText, oneLine, problemText, type Translate } from '../base/text.ts';

/** State of a connection, its problem, and limitations. */
export function connectionTooltip(connection: Connection, now: number, t: Translate): string {
  const { name, engine, version, url, readOnly, problem, confirmedAt, notes } = connection;
  const known =
    confirmedAt === null ? t('not yet synchronized with the engine') : t('last synchronized {0}', full(confirmedAt, t));
  return paragraphs([
    `**${plain(name)}**`,
    [[engineName(engine), version ?? ''].join(' ').trim(), url, ...(readOnly ? [t('read-only')] : [])]
      .map(plain)
      .join(' · '),
    [connectionState(connection, now, t), known].map(plain).join(' · '),
    problem === null ? '' : plain(problemText(problem, t)),
    ...notes.map((note) => plain(messageText(note, t))),
  ]);
}

/** Known facts about a worker. */
export function workerTooltip(worker: Worker, t: Translate): string {
  const { name, online, active, concurrency, processed, pool, version, load, queues, seenAt } = worker;
  const busy =
    active === null && concurrency === null ? [] : [t('{0} of {1} active', active ?? '?', concurrency ?? '?')];
  return paragraphs([
    `**${plain(name)}**`,
    [online ? t('online') : t('offline'), ...busy, ...(pool === null ? [] : [t('pool {0}', pool)])]
      .map(plain)
      .join(' · '),
    ...(queues.length === 0 ? [] : [plain(t('consumes from {0}', queues.join(', ')))]),
    [
      ...(processed === null ? [] : [t('{0} processed', processed.toLocaleString(t.language))]),
      ...(load === null ? [] : [t('load {0}', load.map((one) => one.toLocaleString(t.language)).join(', '))]),
      ...(version === null ? [] : [t('version {0}', version)]),
    ]
      .map(plain)
      .join(' · '),
    ...(seenAt === null ? [] : [plain(t('last heartbeat {0}', full(seenAt, t)))]),
  ]);
}

function paragraphs(lines: readonly string[]): string {
  return lines.filter((line) => line !== '').join('\n\n');
}

function plain(text: string): string {
  return escapeMarkdown(oneLine(text, 500));
}

function full(at: string, { language }: Translate): string {
  return new Date(at).toLocaleString(language);
}
