/** Lines that speak of an error without being one. */

/** A test that passed, or a message that says itself that it is no error. */
const notAnError = [
  /^\s{0,40}(?:✓|✔|√|☑|ok \d|PASS\b|PASSED\b|--- PASS\b|\[ ? ?OK ? ?\])/,
  /(?:\bPASS(?:ED)?|\.\.\. ok|: ok|\[ok\])\s{0,10}(?:\[ ?\d{1,3}%\])?$/i,
  /^.{0,40}(?:\bINFO\b|\bDEBUG\b|\bTRACE\b|\bWARN(?:ING)?\b|\b[Ww]arning:|\[warn(?:ing)?\])/,
  /\b(?:[Rr]etrying|[Ww]ill retry|[Tt]rying again|[Ii]gnor(?:ed|ing))\b/,
];

/** Words before the words of an error that turn them into something else: `no`, `0`, `handles`, `test for`. */
const turnedAround =
  /\b(?:no|not|without|zero|0|never|avoids?|handl(?:es?|ing)|simulat(?:es?|ing)|recovers? from|expect(?:s|ed|ing)?|should(?: be| have)?|tests?(?: for| of)?|when|if|on|for)\s+(?:(?:a|an|the|any|more)\s+)?["'`(]?$/i;

/** Whether a line reports no failure, whatever words are in it. */
export function isHarmless(line: string): boolean {
  return notAnError.some((pattern) => pattern.test(line));
}

/** Whether the words before `index` turn what follows around. */
export function isTurnedAround(line: string, index: number): boolean {
  return turnedAround.test(line.slice(Math.max(0, index - 40), index));
}
