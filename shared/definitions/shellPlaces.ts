/**
 * Finds where placeholders stand in a line for a POSIX shell: whether a quote, a here-document or something that the
 * shell evaluates surrounds them. Pure.
 */

/** A UTF-16 code unit of the line, or null for a placeholder. */
export type LineItem = string | null;

/**
 * `evaluated`: in arithmetic, a parameter expansion or a subscript, where shells run code in a value. `heredoc`: in a
 * here-document; `literalHeredoc` if its delimiter is quoted, so nothing in it is expanded.
 */
export type PlaceKind = 'word' | 'double' | 'single' | 'ansi' | 'heredoc' | 'literalHeredoc' | 'comment' | 'evaluated';

export interface Place {
  kind: PlaceKind;
  /** In the first word of a command, where `NAME=value` would be an assignment. */
  command: boolean;
  /** A backslash before it would quote the first character of the value. */
  escaped: boolean;
  /** The delimiter of its here-document. */
  delimiter?: string;
}

interface Frame {
  kind: 'word' | 'double' | 'single' | 'ansi' | 'parameter' | 'heredoc' | 'literalHeredoc';
  /** What ends it; '' for the whole line. */
  end: string;
  evaluated: boolean;
  /** Open parentheses and `case` statements in it. */
  parentheses: number;
  cases: number;
  /** Where its current command begins. */
  command: number;
  delimiter?: string;
  indented?: boolean;
}

interface Heredoc {
  delimiter: string;
  literal: boolean;
  indented: boolean;
}

/** The place of each placeholder, in order. */
export function placesIn(items: readonly LineItem[]): Place[] {
  return new Scanner(items).run();
}

/** Operators of `[[ … ]]` that evaluate their operands. */
const arithmeticTest = /^\[\[\s(?:(?!\s\]\]).)*\s-(eq|ne|lt|le|gt|ge|v)\s/s;
/** The beginning of a command that evaluates the argument at its end. */
const evaluating = [
  /^(eval|let|unset|trap|integer)\s/,
  /^(declare|typeset|local|readonly|export)\s+-\w*i/,
  /^(printf|test|\[)\s+-v\s/,
  /^([\w./-]+\s+)*(\S*\/)?(ba|da|z|k|a)?sh\s+(-\S+\s+)*-\w*c\s+("[^"]*|'[^']*|[^\s'"]*)$/,
];
/** An assignment or use of an array element, up to its index. */
const subscript = /[A-Za-z_]\w*\[[^\]\s]*$/;
/** How deep and how far to look, so that the time for long lines does not explode. */
const deepest = 50;
const looksBack = 200;
const looksAhead = 4096;
/** Words after which a command begins. */
const opensCommand = new Set(['do', 'then', 'else', 'elif', 'if', 'while', 'until', '{', '!', 'time']);

class Scanner {
  readonly #items: readonly LineItem[];
  /** The line with a space for each placeholder. */
  readonly #text: string;
  readonly #places: Place[] = [];
  readonly #frames: Frame[] = [frame('word', '')];
  #pending: Heredoc[] = [];
  #at = 0;
  /** The unquoted word before the current character, and whether it is where a command begins. */
  #word = '';
  #isCommand = true;
  /** Where a `[[ … ]]` with an arithmetic operator ends. */
  #testEnd = 0;

  constructor(items: readonly LineItem[]) {
    this.#items = items;
    this.#text = items.map((item) => (item === null ? '\u0000' : item === '\u0000' ? ' ' : item)).join('');
  }

  run(): Place[] {
    while (this.#at < this.#items.length) this.#step();
    return this.#places;
  }

  get #frame(): Frame {
    return this.#frames.at(-1) ?? frame('word', '');
  }

  #step(): void {
    const { kind } = this.#frame;
    if (this.#starts('\u0000')) this.#placeholder(false);
    else if ((kind === 'heredoc' || kind === 'literalHeredoc') && this.#isDelimiterLine()) this.#word = '';
    else if (kind === 'literalHeredoc') this.#skip(1);
    else if (kind === 'single') this.#until("'");
    else if (this.#starts('\\')) this.#escape();
    else if (kind === 'ansi') this.#until("'");
    else if (!this.#expansion() && !(kind !== 'double' && kind !== 'heredoc' && this.#quote())) this.#plain(kind);
  }

  /** A character that neither quotes nor expands. */
  #plain(kind: Frame['kind']): void {
    if (kind === 'double') this.#until('"');
    else if (kind === 'parameter') this.#until('}');
    else if (kind === 'heredoc') this.#skip(1);
    else this.#command();
  }

  #placeholder(escaped: boolean): void {
    const { kind, delimiter } = this.#frame;
    const isSubscript =
      kind === 'word' && subscript.test(this.#text.slice(Math.max(0, this.#at - looksBack), this.#at));
    if (kind === 'word') this.#beginWord();
    const isEvaluated = (one: Frame) => {
      if (one.kind !== 'word') return one.evaluated;
      const command = this.#text.slice(one.command, Math.min(this.#at, one.command + looksAhead));
      return one.evaluated || evaluating.some((pattern) => pattern.test(command));
    };
    const evaluated =
      this.#frames.length > deepest || this.#frames.some(isEvaluated) || isSubscript || this.#at < this.#testEnd;
    const inHeredoc =
      kind !== 'heredoc' && kind !== 'literalHeredoc' && this.#frames.some((one) => one.kind === 'heredoc');
    // Frames of kind `parameter` are evaluated.
    const own = kind === 'parameter' ? 'evaluated' : kind;
    this.#places.push({
      kind: evaluated || inHeredoc ? 'evaluated' : own,
      command: this.#isCommand,
      escaped,
      delimiter,
    });
    this.#word += 'x';
    this.#at += 1;
  }

  #escape(): void {
    this.#word += '\\';
    this.#at += 1;
    if (this.#starts('\u0000')) this.#placeholder(true);
    else this.#skip(1);
  }

  /** Enters `$(`, `$((`, `${`, `$[`, or enters or leaves backquotes. */
  #expansion(): boolean {
    const entered = this.#frame.kind;
    const isQuoted = entered === 'double' || entered === 'heredoc';
    if (this.#starts('$((')) return this.#enter(3, { ...frame('word', ')'), evaluated: true, parentheses: 1 });
    if (this.#starts('$(')) return this.#enter(2, frame('word', ')'));
    if (this.#starts('${')) return this.#enter(2, { ...frame('parameter', '}'), evaluated: true });
    if (this.#starts('$[')) return this.#enter(2, { ...frame('word', ']'), evaluated: true });
    if (!isQuoted && this.#starts("$'")) return this.#enter(2, frame('ansi', "'"));
    if (!isQuoted && this.#starts('$"')) return this.#enter(2, frame('double', '"'));
    if (!this.#starts('`')) return false;
    const open = this.#frames.findLastIndex(({ end }) => end === '`');
    if (open < 0) return this.#enter(1, frame('word', '`'));
    this.#frames.length = open;
    this.#word += 'x';
    this.#skip(1);
    return true;
  }

  #quote(): boolean {
    const isInDouble =
      this.#frame.kind === 'parameter' && ['double', 'heredoc'].includes(this.#frames.at(-2)?.kind ?? '');
    if (this.#starts("'") && !isInDouble) return this.#enter(1, frame('single', "'"));
    return this.#starts('"') ? this.#enter(1, frame('double', '"')) : false;
  }

  #command(): void {
    const { end, evaluated } = this.#frame;
    const char = this.#text[this.#at] ?? '';
    if (char === '#' && this.#word === '' && !evaluated) this.#comment();
    else if (end === ']' && char === ']') this.#leave();
    else if (/[\s;&|<>()]/.test(char)) this.#operator(char);
    else {
      this.#beginWord();
      this.#word += char;
      if (this.#isCommand && this.#word === '[[') this.#test();
      this.#skip(1);
    }
  }

  #beginWord(): void {
    if (this.#word === '' && this.#isCommand) this.#frame.command = this.#at;
  }

  #operator(char: string): void {
    const top = this.#frame;
    this.#endWord(char);
    if (this.#starts('((') && !top.evaluated) {
      this.#enter(2, { ...frame('word', ')'), evaluated: true, parentheses: 1 });
    } else if (char === ')' && top.parentheses === 0 && top.end === ')' && top.cases === 0) this.#leave();
    else if (this.#starts('<<<')) this.#skip(3);
    else if (this.#starts('<<') && !top.evaluated) this.#heredoc();
    else {
      if (char === '(') top.parentheses += 1;
      if (char === ')' && top.parentheses > 0) top.parentheses -= 1;
      this.#skip(1);
      const [next] = this.#pending;
      if (char === '\n' && next !== undefined) this.#enterHeredoc(next);
    }
  }

  /** A word is complete: the next one begins a command after an operator or a keyword. */
  #endWord(char: string): void {
    const top = this.#frame;
    if (this.#isCommand && this.#word === 'case') top.cases += 1;
    if (this.#isCommand && this.#word === 'esac' && top.cases > 0) top.cases -= 1;
    const isBlank = char === ' ' || char === '\t';
    if (!isBlank) this.#isCommand = char !== '<' && char !== '>';
    else if (this.#word !== '')
      this.#isCommand = this.#isCommand && (opensCommand.has(this.#word) || /^\w+=/.test(this.#word));
    this.#word = '';
  }

  #test(): void {
    const from = this.#at - 1;
    const end = this.#text.indexOf(']]', from);
    const test = this.#text.slice(from, end < 0 || end > from + looksAhead ? from + looksAhead : end + 2);
    if (arithmeticTest.test(test)) this.#testEnd = from + test.length;
  }

  #comment(): void {
    const backquotes = this.#frames.some(({ end }) => end === '`');
    while (this.#at < this.#items.length && !this.#starts('\n') && !(backquotes && this.#starts('`'))) {
      if (this.#starts('\u0000')) this.#places.push({ kind: 'comment', command: false, escaped: false });
      this.#at += 1;
    }
  }

  /** Reads `<<EOF`, `<<-EOF` or `<<'EOF'`. Its text begins on the next line. */
  #heredoc(): void {
    const [whole = '<<', dash, , word = ''] =
      /^<<(-?)([ \t]*)((?:\\.|'[^']*'|"[^"]*"|[^\s;&|<>()'"\\])*)/s.exec(
        this.#text.slice(this.#at, this.#at + looksAhead),
      ) ?? [];
    // A placeholder in the delimiter can't be quoted.
    for (const char of whole)
      if (char === '\u0000') this.#places.push({ kind: 'evaluated', command: false, escaped: false });
    this.#pending.push({
      delimiter: word.replace(/\\(.)|['"]/gs, '$1'),
      literal: /['"\\]/.test(word),
      indented: dash === '-',
    });
    this.#skip(whole.length);
  }

  #enterHeredoc({ delimiter, literal, indented }: Heredoc): void {
    this.#pending = this.#pending.slice(1);
    this.#frames.push({ ...frame(literal ? 'literalHeredoc' : 'heredoc', ''), delimiter, indented });
    this.#isDelimiterLine();
  }

  /** At the start of the line that ends a here-document, leaves it. */
  #isDelimiterLine(): boolean {
    const { delimiter = '', indented = false } = this.#frame;
    if (this.#at > 0 && this.#text[this.#at - 1] !== '\n') return false;
    const end = this.#text.indexOf('\n', this.#at);
    const line = this.#text.slice(this.#at, end < 0 ? undefined : end);
    if ((indented ? line.replace(/^\t+/, '') : line) !== delimiter) return false;
    this.#frames.pop();
    this.#skip(line.length + 1);
    const [next] = this.#pending;
    if (next !== undefined) this.#enterHeredoc(next);
    return true;
  }

  #enter(length: number, entered: Frame): true {
    this.#frames.push({ ...entered, command: this.#at + length });
    this.#skip(length);
    this.#word = '';
    this.#isCommand = true;
    return true;
  }

  #leave(): void {
    this.#frames.pop();
    this.#skip(1);
    // What it stood for is part of a word.
    this.#word = 'x';
    this.#isCommand = false;
  }

  #until(end: string): void {
    if (this.#starts(end)) this.#leave();
    else this.#skip(1);
  }

  #starts(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #skip(length: number): void {
    this.#at += length;
  }
}

function frame(kind: Frame['kind'], end: string): Frame {
  return { kind, end, evaluated: false, parentheses: 0, cases: 0, command: 0 };
}
