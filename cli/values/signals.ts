/** Signals in options. */
import { constants } from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import type { CancelSignal } from '../../shared/job.ts';
import { cancelSignals } from '../../shared/vocabulary.ts';

const names = cancelSignals.map((name) => name.slice('SIG'.length));

/** An option that takes a signal. */
export function signalOption(flags: string, description: string): Option {
  // The parser replaces the one of the choices, which serve help and completion.
  return new Option(flags, description).choices(names).argParser(cancelSignal);
}

/** A signal by its name, with or without `SIG`, or by its number, as `kill` takes it. */
function cancelSignal(text: string): CancelSignal {
  const word = text.trim().toUpperCase();
  const found = cancelSignals.find((name) => {
    return name === word || name === `SIG${word}` || String(constants.signals[name]) === word;
  });
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
}
