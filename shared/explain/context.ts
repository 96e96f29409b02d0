/** What the lines around an error say about it. */

/** Lines that follow the error that ended a program: traces, and other programs that report that it failed. */
const consequence = [
  /^\s*$/,
  /^\s/,
  /^(?:at |from |[}\])]|Node\.js v\d|Emitted '|Traceback |File ")/,
  /^(?:g?make(?:\[\d{1,3}\])?|ninja|npm|pnpm|yarn|bun|tar|cargo|go): /,
  /^npm (?:error|ERR!)/,
  /^(?:compilation terminated|env: use -\[v\]S|\/usr\/bin\/env: use -\[v\]S)/,
  /\b(?:non-zero exit|exit(?:ed with)? (?:status|code)|ELIFECYCLE|CalledProcessError|Command failed|[Bb]uild failed)\b/,
  /^(?:BUILD FAILED|FAILURE: |Script done|real\s|user\s|sys\s)/,
];

/** Lines that report a failure of another kind: a failed test, an exception, an error of a compiler. */
const otherFailure = [
  /\bAssertion(?:Error)?\b|\bassertion failed\b/i,
  /\b[1-9]\d{0,8} (?:tests? |specs? |examples? |checks? |assertions? )?(?:failed|failing|failures?)\b/i,
  /\b(?:Failures|Errors|Failed): {0,3}[1-9]|\btests FAILED\b|^# fail [1-9]/,
  /^\s{0,20}(?:--- )?(?:FAIL(?:ED)?|✗|✖|✘|not ok \d)/,
  /^(?:[\w.$]{1,100}\.)?[A-Z]\w{0,60}(?:Error|Exception)(?::|$)/,
  /^Exception in thread "/,
  /^(?:panic: |thread '[^']{1,60}' panicked|Segmentation fault|[Ff]atal error: )/,
  /^[^\s:]{1,200}:\d{1,9}(?::\d{1,9})?: (?:fatal )?error\b/,
  /^error(?:\[E\d{4}\]| TS\d{4})/,
];

/** Whether an error before this line may still be the last thing that went wrong. `error` is its line. */
export function isConsequence(line: string, error: string): boolean {
  const [speaker = ''] = /^[^\s:]{1,100}(?: \(child\))?: /.exec(error) ?? [];
  return (speaker !== '' && line.startsWith(speaker)) || consequence.some((pattern) => pattern.test(line));
}

/** Whether a line reports a failure that an earlier error doesn’t explain. */
export function isOtherFailure(line: string): boolean {
  return otherFailure.some((pattern) => pattern.test(line)) && !/\bCalledProcessError\b/.test(line);
}
