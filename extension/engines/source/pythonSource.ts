/** Finds tasks in the text of a Python file with simple patterns that skip strings and comments. */

/** The line (from 0) of `def name`, preferring decorated tasks, or null. */
export function defLine(text: string, name: string): number | null {
  const lines = withoutTexts(text).split('\n');
  const defines = new RegExp(`^\\s*(?:async\\s+)?def\\s+${escaped(name)}\\s*\\(`, 'u');
  const found = lines.flatMap((line, index) => (defines.test(line) ? [index] : []));
  return found.find((index) => isDecorated(lines, index)) ?? found[0] ?? null;
}

/** The line of a task or class with an explicit name, such as `@app.task(name='emails.send')`, or null. */
export function namedTaskLine(text: string, name: string): number | null {
  return lineOf(text, new RegExp(`\\bname\\s*=\\s*(['"])${escaped(name)}\\1`, 'u'));
}

/** The line of the function with this ID, `create_function(fn_id="send-receipt", …)`, or null. */
export function functionLine(text: string, id: string): number | null {
  const creates = new RegExp(`\\bcreate_function\\s*\\([^)]*?\\bfn_id\\s*=\\s*(['"])${escaped(id)}\\1`, 'u');
  return lineOf(text, creates);
}

/** The line where a pattern first matches outside a comment, or null. */
function lineOf(text: string, pattern: RegExp): number | null {
  const all = new RegExp(pattern.source, 'gu');
  for (const match of text.matchAll(all)) {
    const before = text.slice(0, match.index);
    const line = before.slice(before.lastIndexOf('\n') + 1);
    if (!line.includes('#')) return before.split('\n').length - 1;
  }
  return null;
}

/** Whether a function has a task decorator. */
function isDecorated(lines: readonly string[], index: number): boolean {
  for (let above = index - 1; above >= 0 && above >= index - 10; above--) {
    const line = lines[above]?.trim() ?? '';
    if (/^@.*task/iu.test(line)) return true;
    if (line === '' || /^(?:async\s+)?def\s|^class\s/u.test(line)) return false;
  }
  return false;
}

/** Replaces multi-line strings and comments with spaces. Line numbers are kept. */
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
