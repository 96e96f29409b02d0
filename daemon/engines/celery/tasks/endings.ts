/** How a task ended, of an event or of its result. Pure. */
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { Fact } from '../../remote.ts';
import type { TaskEvent } from '../wire/events.ts';
import type { ResultMeta } from '../wire/results.ts';
import { failure, failureOfEvent, failureOfResult } from './outcome.ts';

/** `seesResults`: the result backend has the result whole; an event has it as text, and cut. */
export function eventEnding(event: TaskEvent, at: number, seesResults: boolean): Partial<Fact> {
  const { kind, exception, traceback, runtime, resultText } = event;
  const times = { endedAt: at, ...(runtime === null ? {} : { startedAt: Math.round(at - runtime) }) };
  switch (kind) {
    case 'succeeded':
      return { status: 'completed', ...times, ...(seesResults || resultText === null ? {} : { result: resultText }) };
    case 'failed':
      return { status: 'failed', ...times, error: failureOfEvent(exception, traceback) };
    case 'revoked':
      return { status: 'cancelled', ...times, ...(event.expired ? { messages: [expiredAt(at)] } : {}) };
    default:
      return { status: 'failed', ...times, error: failure('The worker rejected it.', null) };
  }
}

function expiredAt(at: number) {
  return { at, level: 'warning' as const, message: plainMessage('It expired before a worker had time for it.') };
}

/** Of a state that is final. */
export function endingOf({ state, result, traceback }: ResultMeta, endedAt: number): Partial<Fact> {
  if (state === 'SUCCESS') return { status: 'completed', endedAt, result };
  if (state === 'REVOKED') return { status: 'cancelled', endedAt };
  return { status: 'failed', endedAt, error: failureOfResult(result, traceback) };
}
