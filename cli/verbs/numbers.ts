/** Numbers of the command line. */
import { InvalidArgumentError } from 'commander';

/** A whole number from 0. */
export function wholeNumber(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : -1;
  if (value < 0 || !Number.isSafeInteger(value)) throw new InvalidArgumentError('It has to be a whole number from 0.');
  return value;
}
