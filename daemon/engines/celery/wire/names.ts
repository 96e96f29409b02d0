/**
 * The keys, channels and exchanges of an application, derived from the settings of the connection. Pure.
 * See kombu/transport/redis.py, kombu/pidbox.py and celery/backends/base.py.
 */
import type { CelerySettings } from '../../../../shared/connection.ts';

const defaultSeparator = '\u0006\u0016';
const defaultSteps = [0, 3, 6, 9];
/** Highest priority on Redis; the protocol allows 0 to 255. */
const highestPriority = 9;

export interface Names {
  eventExchange: string;
  /** Patterns to subscribe to, with special characters escaped. */
  eventPatterns: string[];
  controlExchange: string;
  controlChannel: string;
  replyExchange: string;
  /** Queue of replies to this client: its AMQP name, and its key on Redis. */
  replyQueue(oid: string): string;
  replyKey(oid: string): string;
  /** Tells workers on Redis about that queue. */
  replyBinding: string;
  replyBindingMember(oid: string): string;
  /** Unacknowledged messages, and when they were delivered. */
  unacked: string;
  unackedIndex: string;
  resultKey(id: string): string;
  resultPattern: string;
  /** The task whose result is stored under a key; null for other keys. */
  resultId(key: string): string | null;
  /** The lists of a queue on Redis, highest priority first. */
  lists(queue: string): string[];
  listOf(queue: string, priority: number): string;
}

/** `database` is the number of the broker's database on Redis. */
export function namesOf(settings: CelerySettings, database: number): Names {
  const prefix = settings.keyPrefix ?? '';
  const fanout = prefix + (settings.fanoutPrefix ?? '/{db}.').replaceAll('{db}', String(database));
  const eventExchange = settings.eventExchange ?? 'celeryev';
  const namespace = settings.controlExchange ?? 'celery';
  const controlExchange = `${namespace}.pidbox`;
  const replyExchange = `reply.${controlExchange}`;
  const separator = settings.separator ?? defaultSeparator;
  const steps = [...(settings.prioritySteps ?? defaultSteps)].sort((a, b) => a - b);
  const results = resultPrefix(settings);
  const replyQueue = (oid: string) => `${oid}.${replyExchange}`;
  const list = (queue: string, step: number) => prefix + (step === 0 ? queue : `${queue}${separator}${step}`);
  return {
    eventExchange,
    // Without the option `fanout_patterns`, events are published on the plain channel.
    eventPatterns: [`${escaped(fanout + eventExchange)}/*`, escaped(fanout + eventExchange)],
    controlExchange,
    controlChannel: fanout + controlExchange,
    replyExchange,
    replyQueue,
    replyKey: (oid) => prefix + replyQueue(oid),
    replyBinding: `${prefix}_kombu.binding.${replyExchange}`,
    replyBindingMember: (oid) => [oid, '', replyQueue(oid)].join(separator),
    unacked: `${prefix}unacked`,
    unackedIndex: `${prefix}unacked_index`,
    resultKey: (id) => results + id,
    resultPattern: `${escaped(results)}*`,
    resultId: (key) => (key.startsWith(results) ? key.slice(results.length) : null),
    lists: (queue) => [...new Set([0, ...steps])].map((step) => list(queue, step)),
    listOf: (queue, priority) => list(queue, stepOf(steps, Math.min(priority, highestPriority))),
  };
}

function resultPrefix({ resultKeyPrefix = '', resultPrefix: own = 'celery-task-meta-' }: CelerySettings): string {
  const isJoined = resultKeyPrefix === '' || /[:_.-]$/.test(resultKeyPrefix);
  return `${resultKeyPrefix}${isJoined ? '' : '_'}${own}`;
}

/** The highest step up to the priority. Below the first step, kombu's bisection yields the last one. */
function stepOf(steps: readonly number[], priority: number): number {
  return steps.findLast((step) => step <= priority) ?? steps.at(-1) ?? 0;
}

/** Escapes a name for a Redis pattern. */
function escaped(name: string): string {
  return name.replace(/[*?[\]\\^]/g, '\\$&');
}
