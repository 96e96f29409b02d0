/** Processes that keep running after their job has finished, in the same words everywhere. */
import type { Attempt, Job, LeftoverProcess } from './job.ts';
import { leftoverMessage } from './messages/leftovers.ts';
import { messageText } from './messages/render.ts';
import { type Translate, untranslated } from './translate.ts';

/** Processes that a list names. */
const maxNamed = 5;

/** For example `3 processes still running`; null without any. */
export function leftoverSentence({ leftoverCount: count }: Pick<Job, 'leftoverCount'>, t: Translate = untranslated) {
  return count === 0 ? null : messageText(leftoverMessage('leftovers.running', { count }), t);
}

/** For example `sleep (123), python3 (124), …`. */
export function processNames(processes: readonly LeftoverProcess[]): string {
  const named = processes.slice(0, maxNamed).map(({ pid, name }) => `${name} (${pid})`);
  return [...named, ...(processes.length > maxNamed ? ['…'] : [])].join(', ');
}

/** The processes of all attempts that are still running. */
export function leftoversOf(attempts: readonly Pick<Attempt, 'leftovers'>[]): LeftoverProcess[] {
  return attempts.flatMap(({ leftovers }) => leftovers);
}
