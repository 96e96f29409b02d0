/** Finds tasks in the text of a Python file. A small reading of it: what stands in strings and comments is no source. */

/** The line (from 0) of `def name`, of a task before others; null when there is none. */
export function defLine(text: string, name: string): number | null {
  const lines = withoutTexts(text).split('\n');
  const defines = new RegExp(`^\\s*(?:async\\s+)?def\\s+${escaped(name)}\\s*\\(`, 'u');
  const found = lines.flatMap((line, index) => (defines.test(line) ? [index] : []));
  return found.find((index) => isDecorated(lines, index)) ?? found[0] ?? null;
}

/** The line of a task with a name of its own, `@app.task(name='emails.send')`, or of a class with that; null for none. */
export function namedTaskLine(text: string, name: string): number | null {
  return lineOf(text, new RegExp(`\\bname\\s*=\\s*(['"])${escaped(name)}\\1`, 'u'));
}

/** The line of the function with this id, `create_function(fn_id="send-receipt", …)`; null for none. */
export function functionLine(text: string, id: string): number | null {
  const creates = new RegExp(`\\bcreate_function\\s*\\([^)]*?\\bfn_id\\s*=\\s*(['"])${escaped(id)}\\1`, 'u');
  return lineOf(text, creates);
}

/** The line at which a pattern is found that is no comment; the pattern begins on it. */
function lineOf(text: string, pattern: RegExp): number | null {
  const all = new RegExp(pattern.source, 'gu');
  for (const match of text.matchAll(all)) {
    const before = text.slice(0, match.index);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (!line.includes('#')) return before.split('\n').length - 1;
  }
  return null;
}

/** Whether a decorator above says that it is a task. */
function isDecorated(lines: readonly string[], index: number): boolean {
  for (let above = index - 1; above >= 0 && above >= index - 10; above--) {
    const line = lines[above]?.trim() ?? '';
    if (/^@.*task/iu.test(line)) return true;
    if (line === '' || /^(?:async\s+)?def\s|^class\s/u.test(line)) return false;
  }
  return false;
}

/** The text with strings of several lines and comments as blanks; lines stay lines. */
function withoutTexts(text: string): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  return text.replace(
    /'''[\s\S]*?(?:'''|$)|"""[\s\S]*?(?:"""|$)|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|#[^\n]*/g,
    (part) => (part.startsWith('#') || /^(?:'''|""")/.test(part) ? blank(part) : part),
  );
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
