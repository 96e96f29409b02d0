/**
 * The paths that programs name beside a message of the system. Only known forms count: what stands before the message in
 * other lines can be any phrase.
 */

/** A path without blanks, colons and quotes, as programs print it without quotes. */
const bare = `(?<path>[^\\s:'"\`‘’“”()]{1,300})`;
/** The quotes of coreutils, git, gawk and others. A name that needs escapes ends in another way and is not matched. */
const quoted = [`'(?<path>[^']{1,300})'`, '‘(?<path>[^’]{1,300})’', '"(?<path>[^"]{1,300})"', "`(?<path>[^']{1,300})'"];

const program = '^[^\\s:]{1,200}: ';
/** Programs that print `program: path: message`. */
const plain =
  'ash|ba[sz]?sh|bash|bzip2|cat|chmod|chown|cmp|comm|cp|csh|cut|dash|diff|du|egrep|fgrep|file|fish|g?awk|grep|gunzip|gzip|ksh|ln|ls|md5sum|mv|' +
  'nl|od|paste|patch|python[\\d.]*|readlink|rm|rmdir|sh|sha\\d{1,3}sum|source|stat|strings|tac|touch|uniq|wc|xxd|xz|zcat|zgrep|zsh|zstd';
const compilers = '[\\w.+-]{0,40}(?:gcc|g\\+\\+|cc|c\\+\\+|clang|cc1|cc1plus|ld|as)[\\d.-]{0,10}';

/** Patterns for lines that name a path for this reason, which is the source of a regular expression. */
export function namedPaths(reason: string): RegExp[] {
  const forms = [
    // cp: cannot stat 'x': No such file or directory
    ...quoted.map(
      (path) =>
        `${program}(?:fatal: |error: )?(?:[Cc]an't )?(?:\\w{1,20} ){0,8}${path}(?: for (?:reading|writing))?: ${reason}$`,
    ),
    `^(?:[^\\s:]{0,100}/)?(?:${plain}): (?:cd: )?${bare}: ${reason}$`,
    `${program}line \\d{1,9}: (?:cd: )?${bare}: ${reason}$`,
    // dash: 1: cannot create a/b: Directory nonexistent
    `${program}\\d{1,9}: (?:\\.: )?cannot (?:open|create) ${bare}: ${reason}$`,
    `^tar(?: \\(child\\))?: ${bare}: Cannot \\w{1,20}: ${reason}$`,
    `^sed: (?:can't read|couldn't open file) ${bare}: ${reason}$`,
    `^sort: cannot read: ${bare}: ${reason}$`,
    `^\\w{0,4}awk: cannot open ${bare} \\(${reason}\\)$`,
    `^(?:[^\\s:]{0,100}/)?${compilers}: (?:fatal )?error: ${bare}: ${reason}$`,
    `^Can't open perl script "(?<path>[^"]{1,300})": ${reason}$`,
    `^java\\.io\\.FileNotFoundException: ${bare} \\(${reason}\\)$`,
    `^zsh:\\d{1,9}: ${reason}: ${bare}$`,
    // Go: open x: no such file or directory
    `(?:^|: )(?:open|stat|lstat|chdir|mkdir|fork/exec) ${bare}: ${reason}$`,
  ];
  return forms.map((form) => new RegExp(form));
}
