/** Why a command failed, in a sentence with a hint, as far as the end of its output tells. Pure. */
import type { JobErrorCode } from '../errors.ts';
import { isHarmless, isTurnedAround } from './harmless.ts';
import { type Found, lineLength, type Rule } from './rule.ts';
import { memoryRules } from './rules/memory.ts';
import { networkRules } from './rules/network.ts';
import { programRules } from './rules/programs.ts';
import { storageRules } from './rules/storage.ts';

/** Lines of the end that are looked at, and the last of them in which a thing said in passing counts. */
const looksAt = 150;
const asidesAt = 20;
/** Characters of the line that are quoted. */
const quoteLength = 200;

/** On the same line the first rule counts. */
const rules: readonly Rule[] = [...memoryRules, ...networkRules, ...programRules, ...storageRules];

export interface Explanation {
  code: JobErrorCode;
  message: string;
  /** What to do, and the line that says so. */
  hint: string;
  /** The line that was recognised; empty when it was the exit status alone. */
  line: string;
}

/** How the command ended. */
export interface Failure {
  exitCode: number | null;
  /** Name of the signal that ended it. */
  signal: string | null;
  /** The command as one line. */
  commandLine: string;
}

/**
 * The cause a failed command's output names, or null when it names none that is known. `tail` is the end of the output
 * as plain text. Of several causes the last counts: programs that give up say why at the end.
 */
export function explain(tail: string, { exitCode, signal, commandLine }: Failure): Explanation | null {
  const lines = tail.split('\n').slice(-looksAt);
  let aside: Match | null = null;
  let best: Match | null = null;
  for (const [index, text] of [...lines.entries()].reverse()) {
    const match = matchOf(text.slice(0, lineLength).trimEnd(), signal !== null);
    if (match === null) continue;
    if (match.rule.weight === 'aside') {
      if (lines.length - index <= asidesAt) aside ??= match;
    } else if (best === null) best = match;
    // The same cause a few lines before may name what this line does not.
    else if (match.rule.code === best.rule.code && specifics(match) > specifics(best)) best = match;
  }
  const match = best ?? aside;
  if (match !== null) return told(match);
  return exitCode === timeoutStatus && /\bg?timeout\s/.test(commandLine) ? timedOut : null;
}

/** With which `timeout` of coreutils ends when the time is up; it says nothing. */
const timeoutStatus = 124;

const timedOut: Explanation = {
  code: 'TIMED_OUT',
  message: 'It was not done in the time that “timeout” gave it.',
  hint: 'Give it more time, or find out from its output where it got stuck.',
  line: '',
};

interface Match {
  rule: Rule;
  found: Found;
  line: string;
}

function matchOf(line: string, signalled: boolean): Match | null {
  if (line === '' || isHarmless(line)) return null;
  for (const rule of rules) {
    if (signalled && rule.weight !== 'deadly') continue;
    for (const pattern of rule.patterns) {
      const match = pattern.exec(line);
      if (match && !isTurnedAround(line, match.index)) return { rule, found: match.groups ?? {}, line };
    }
  }
  return null;
}

function specifics({ found }: Match): number {
  return Object.values(found).filter((value) => Boolean(value)).length;
}

function told({ rule, found, line }: Match): Explanation {
  const said = line.trim();
  const quote =
    said.length <= quoteLength ? said : `${said.slice(0, quoteLength - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
  return { code: rule.code, message: rule.message(found), hint: `${rule.hint(found)} It said: ${quote}`, line: said };
}
