/** Finds out from the end of its output why a command failed. Pure. */
import { networkCause } from '../messages/networkCauses.ts';
import type { Problem } from '../messages/schema.ts';
import { beginningOf } from '../text.ts';
import { isHarmless, isNegated } from './harmless.ts';
import { type Found, lineLength, type Rule } from './rule.ts';
import { memoryRules } from './rules/memory.ts';
import { networkRules } from './rules/network.ts';
import { programRules } from './rules/programs.ts';
import { storageRules } from './rules/storage.ts';

/** Lines at the end that are searched, and how many of the last ones are searched for asides. */
const searchedLines = 150;
const asideLines = 20;
/** Characters of the quoted line. */
const quoteLength = 200;

/** If several rules match a line, the first one counts. */
const rules: readonly Rule[] = [...memoryRules, ...networkRules, ...programRules, ...storageRules];

/** How the command ended. */
export interface Failure {
  exitCode: number | null;
  /** Name of the signal that ended it. */
  signal: string | null;
  /** The command as one line. */
  commandLine: string;
}

/**
 * The cause that the output of a failed command names, or null when it names no known one. `tail` is the end of the
 * output as plain text. If there are several causes, the last one counts: programs that give up say why at the end.
 */
export function explain(tail: string, { exitCode, signal, commandLine }: Failure): Problem | null {
  const lines = tail.split('\n').slice(-searchedLines);
  let aside: Match | null = null;
  let best: Match | null = null;
  for (const [index, text] of [...lines.entries()].reverse()) {
    const match = matchOf(text.slice(0, lineLength).trimEnd(), signal !== null);
    if (match === null) continue;
    if (match.rule.weight === 'aside') {
      if (lines.length - index <= asideLines) aside ??= match;
    } else if (best === null) best = match;
    // An earlier line about the same cause may have details that this one lacks.
    else if (match.problem.code === best.problem.code && details(match) > details(best)) best = match;
  }
  const match = best ?? aside;
  if (match !== null) return match.problem;
  const timedOut = exitCode === timeoutStatus && /\bg?timeout\s/.test(commandLine);
  return timedOut ? networkCause.problem('TIMED_OUT/timeoutCommand') : null;
}

/** The exit status of coreutils' `timeout` when the time is up; it prints nothing. */
const timeoutStatus = 124;

interface Match {
  rule: Rule;
  found: Found;
  problem: Problem;
}

function matchOf(line: string, signalled: boolean): Match | null {
  if (line === '' || isHarmless(line)) return null;
  for (const rule of rules) {
    if (signalled && rule.weight !== 'deadly') continue;
    for (const pattern of rule.patterns) {
      const match = pattern.exec(line);
      if (!match || isNegated(line, match.index)) continue;
      const found = match.groups ?? {};
      return { rule, found, problem: rule.problem({ ...found, line: quoteOf(line) }) };
    }
  }
  return null;
}

/** How many details a match has. */
function details({ found }: Match): number {
  return Object.values(found).filter(Boolean).length;
}

function quoteOf(line: string): string {
  const text = line.trim();
  return text.length <= quoteLength ? text : `${beginningOf(text, quoteLength - 1)}…`;
}
