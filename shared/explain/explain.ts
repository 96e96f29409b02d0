/** Finds out from the end of its output why a command failed. Pure. */
import { networkCause } from '../messages/networkCauses.ts';
import type { Problem } from '../messages/schema.ts';
import { beginningOf } from '../text.ts';
import { isConsequence, isOtherFailure } from './context.ts';
import { isHarmless, isNegated } from './harmless.ts';
import { type Found, lineLength, type Rule } from './rule.ts';
import { memoryRules } from './rules/memory.ts';
import { networkRules } from './rules/network.ts';
import { programRules } from './rules/programs.ts';
import { storageRules } from './rules/storage.ts';
import { wholeGroups } from './wholeToken.ts';

/** Lines at the end that are searched for why a program was ended, and for other causes. */
const deadlyLines = 150;
const searchedLines = 80;
/** Characters of the quoted line. */
const quoteLength = 200;

/** If several rules match a line, the first one counts. Their patterns report the positions of groups. */
const rules = [...memoryRules, ...networkRules, ...programRules, ...storageRules].map((rule: Rule) => ({
  ...rule,
  patterns: rule.patterns.map(({ source, flags }) => new RegExp(source, `${flags}d`)),
}));

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
 * output as plain text. If there are several causes, the last one counts: programs that give up say why at the end. A
 * cause before a failure of another kind doesn’t explain it.
 */
export function explain(tail: string, failure: Failure): Problem | null {
  const lines = tail.trimEnd().split('\n').slice(-deadlyLines);
  let best: Match | null = null;
  let isOther = false;
  for (const [index, text] of [...lines.entries()].reverse()) {
    const line = text.slice(0, lineLength).trimEnd();
    const match = matchOf(line, failure);
    if (match === null) {
      isOther ||= isOtherFailure(line);
      continue;
    }
    const after = lines.slice(index + 1);
    if (!isCause(match, line, after, isOther)) continue;
    if (best === null) best = match;
    // An earlier line about the same cause may have details that this one lacks.
    else if (match.problem.code === best.problem.code && details(match) > details(best)) best = match;
    else if (best.weight === 'aside' && match.weight !== 'aside') best = match;
  }
  if (best !== null) return best.problem;
  const timedOut = failure.exitCode === timeoutStatus && timeoutCommand.test(failure.commandLine);
  return timedOut ? networkCause.problem('TIMED_OUT/timeoutCommand') : null;
}

/** Whether a match can be why the command failed, given the lines after it. */
function isCause({ weight }: Match, line: string, after: readonly string[], isOther: boolean): boolean {
  if (weight === 'deadly') return true;
  if (isOther || after.length >= searchedLines) return false;
  return weight !== 'aside' || after.every((one) => isConsequence(one, line));
}

/** The exit status of coreutils' `timeout` when the time is up; it prints nothing. */
const timeoutStatus = 124;
/** `timeout` as a command, not as an option or an argument. */
const timeoutCommand =
  /(?:^|[;&|('"]|\b(?:sudo|nice|time|exec|env|nohup|then|do|else)\b)\s{0,10}(?:[\w./-]{0,100}\/)?g?timeout\s/;

interface Match {
  weight: Rule['weight'];
  found: Found;
  problem: Problem;
}

function matchOf(line: string, failure: Failure): Match | null {
  if (line === '' || isHarmless(line)) return null;
  for (const rule of rules) {
    if (failure.signal !== null && rule.weight !== 'deadly') continue;
    if (rule.exitCode !== undefined && rule.exitCode !== failure.exitCode) continue;
    for (const pattern of rule.patterns) {
      const match = pattern.exec(line);
      if (match === null || isNegated(line, match.index)) continue;
      const found = wholeGroups(match);
      const problem = rule.problem({ ...found, line: quoteOf(line) });
      if (problem !== null) return { weight: weightOf(rule, problem, failure), found, problem };
    }
  }
  return null;
}

/** Scripts often continue after a command was not found, unless that is what the exit code says. */
function weightOf({ weight }: Pick<Rule, 'weight'>, { code }: Problem, { exitCode }: Failure): Rule['weight'] {
  return code === 'COMMAND_NOT_FOUND' && exitCode !== notFoundStatus ? 'aside' : weight;
}

const notFoundStatus = 127;

/** How many details a match has. */
function details({ found }: Match): number {
  return Object.values(found).filter(Boolean).length;
}

function quoteOf(line: string): string {
  const text = line.trim();
  return text.length <= quoteLength ? text : `${beginningOf(text, quoteLength - 1)}…`;
}
