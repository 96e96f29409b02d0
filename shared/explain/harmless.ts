/** Recognizes lines that mention an error without reporting a failure. */

/** Passed tests, and messages with a level below error. */
const notAnError = [
  /^\s{0,40}(?:✓|✔|√|☑|ok \d|PASS\b|PASSED\b|--- PASS\b|\[ ? ?OK ? ?\])/,
  /(?:\bPASS(?:ED)?|\.\.\. ok|: ok|\[ok\])\s{0,10}(?:\[ ?\d{1,3}%\])?$/i,
  /^.{0,40}(?:\bINFO\b|\bDEBUG\b|\bTRACE\b|\bWARN(?:ING)?\b|\b[Ww]arning:|\[warn(?:ing)?\])/,
  /\b(?:[Rr]etrying|[Ww]ill retry|[Tt]rying again|[Ii]gnor(?:ed|ing))\b/,
];

/** Words that, right before an error, mean that it did not happen: `no`, `0`, `handles`, `test for`. */
const negation =
  /\b(?:no|not|without|zero|0|never|avoids?|handl(?:es?|ing)|simulat(?:es?|ing)|recovers? from|expect(?:s|ed|ing)?|should(?: be| have)?|tests?(?: for| of)?|when|if|on|for)\s+(?:(?:a|an|the|any|more)\s+)?["'`(]?$/i;

/** Whether a line reports no failure, even if it mentions an error. */
export function isHarmless(line: string): boolean {
  return notAnError.some((pattern) => pattern.test(line));
}

/** Whether the words before `index` negate the error that begins there. */
export function isNegated(line: string, index: number): boolean {
  return negation.test(line.slice(Math.max(0, index - 40), index));
}
