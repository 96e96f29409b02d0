/** Targets of a Makefile. */
import type { ProjectScript, ScriptReader } from '../projectScript.ts';

/** `name other: prerequisites`, but no assignment such as `name := value`. */
const rule = /^([^\s:=#][^:=#]*?)\s*::?(?![:=])(.*)$/;
/** A variable of a target, such as `name: CFLAGS += -g`. */
const assignment = /^\s*(?:(?:export|override|private)\s+)*[\w.-]+\s*(?:[:+?!]|::)?=/;
const phony = /^\.PHONY\s*:(.*)$/;

/** The description that many Makefiles print in `make help`: `name: … ## Description`. */
const described = /##\s*(.*)$/;

export const makefile: ScriptReader = { files: ['GNUmakefile', 'makefile', 'Makefile'], read: readMakefile };

function readMakefile(text: string): ProjectScript[] {
  const lines = text.split(/\r?\n/);
  const phonies = new Set(lines.flatMap((line) => phony.exec(line)?.[1]?.trim().split(/\s+/) ?? []));
  const found = new Map<string, ProjectScript>();
  let isContinued = false;
  let inDefine = false;
  for (const [at, line] of lines.entries()) {
    const wasContinued = isContinued;
    isContinued = line.endsWith('\\');
    if (/^\s*define\b/.test(line)) inDefine = true;
    else if (/^\s*endef\b/.test(line)) inDefine = false;
    if (wasContinued || inDefine) continue;
    const [, targets = '', rest = ''] = rule.exec(line) ?? [];
    if (assignment.test(rest)) continue;
    const own = described.exec(rest)?.[1] ?? described.exec(lines[at - 1] ?? '')?.[1];
    for (const name of targets.split(/\s+/)) {
      if (!isShown(name, phonies) || found.has(name)) continue;
      found.set(name, { name, line: own ?? recipe(lines[at + 1]), at, argv: ['make', name] });
    }
  }
  return [...found.values()];
}

/** Leaves out special and hidden targets, patterns, variables, and files such as `main.o`. */
function isShown(name: string, phonies: ReadonlySet<string>): boolean {
  if (!/^[A-Za-z0-9][\w./+@-]*$/.test(name)) return false;
  return phonies.has(name) || !/[./]/.test(name);
}

/** The first command of a recipe, without the prefixes that make acts on. */
function recipe(line = ''): string {
  return line.startsWith('\t') ? line.trim().replace(/^[@+-]+\s*/, '') : '';
}
