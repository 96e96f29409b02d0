/** Output of programs as plain text. */

/** CSI, OSC and the other string sequences (up to their end or the end of the text), then two-byte escapes. */
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
  /\u001b\[[0-?]*[ -/]*[@-~]?|\u001b[\]P^_X][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/g;

/** Text as a person sees it: no escape sequences or control characters, overwritten lines as they stood last. */
export function plainText(text: string): string {
  return text
    .replace(escapes, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => asWritten(line).replace(controls, ''))
    .join('\n');
}

/** What a line shows after carriage returns: a progress bar's last state. */
function asWritten(line: string): string {
  const shown = line.replace(/\r+$/, '');
  return shown.slice(shown.lastIndexOf('\r') + 1);
}
