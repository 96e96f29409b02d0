/**
 * Every key and channel by which a Celery application is found, of its settings. Pure.
 * Facts: kombu/transport/redis.py, kombu/pidbox.py, celery/backends/base.py.
 */
import type { CelerySettings } from '../../../../shared/connection.ts';

const defaultSeparator = '\u0006\u0016';
const defaultSteps = [0, 3, 6, 9];
/** On Redis; the broker's own range is 0 to 255. */
const highestPriority = 9;

export interface Names {
  eventExchange: string;
  /** Patterns to subscribe to, the special characters of names escaped. */
  eventPatterns: string[];
  controlExchange: string;
  controlChannel: string;
  replyExchange: string;
  /** Queue of our replies: as AMQP names it, and as a key on Redis. */
  replyQueue(oid: string): string;
  replyKey(oid: string): string;
  /** By which a worker on Redis finds that queue. */
  replyBinding: string;
  replyBindingMember(oid: string): string;
  /** Where messages lie that workers have taken and not acknowledged, and when they were. */
  unacked: string;
  unackedIndex: string;
  resultKey(id: string): string;
  resultPattern: string;
  /** The task whose result is kept under a key; null for any other key. */
  resultId(key: string): string | null;
  /** Lists of a queue on Redis, the one that is served first in front. */
  lists(queue: string): string[];
  listOf(queue: string, priority: number): string;
}

/** `database`: number of the broker's on Redis. */
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
    // Without the option `fanout_patterns` events are published without their kind.
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

/** The highest step that is not above the priority; the last one below the first, as kombu's bisection has it. */
function stepOf(steps: readonly number[], priority: number): number {
  return steps.findLast((step) => step <= priority) ?? steps.at(-1) ?? 0;
}

/** A name in a pattern of Redis. */
function escaped(name: string): string {
  return name.replace(/[*?[\]\\^]/g, '\\$&');
}
