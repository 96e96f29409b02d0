/**
 * Tasks of gulp, Grunt and Jake, read from their file. Asking the tools, as the editor's own task providers can, would run the
 * file's code. What a plugin or a loop defines is not found.
 */
import type { ProjectScript, ScriptReader } from '../projectScript.ts';

const files = (name: string, ...endings: string[]) => endings.map((ending) => `${name}${ending}`);

/** `exports.build = …`, `export const build = …`, `export function build(…`, `gulp.task('build', …)` */
const gulpTask =
  /(?:^|[\s;])(?:(?:module\.)?exports\.([\w$]+)\s*=|export\s+(?:const|let|(?:async\s+)?function)\s+([\w$]+)|(?:gulp\.)?task\(\s*(['"`])([^'"`$]+)\3)/;
/** `grunt.registerTask('build', …)` */
const gruntTask = /\bgrunt\.register(?:Multi)?Task\(\s*()()(['"`])([^'"`$]+)\3(?:\s*,\s*(['"`])([^'"`$]+)\5)?/;
/** `task('build', …)`, `file(…)` is no task */
const jakeTask = /(?:^|[\s;.])task\(\s*()()(['"`])([^'"`$]+)\3/;
/** Describes the task below it. */
const jakeDescription = /(?:^|[\s;.])desc\(\s*(['"`])([^'"`$]+)\1/;

export const gulpfile = reader('gulp', gulpTask, [
  ...files('gulpfile', '.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '.babel.js', '.esm.js'),
  ...files('Gulpfile', '.js', '.mjs', '.ts'),
]);
export const gruntfile = reader('grunt', gruntTask, files('Gruntfile', '.js', '.cjs', '.ts', '.coffee'));
export const jakefile = reader('jake', jakeTask, [...files('Jakefile', '', '.js'), ...files('jakefile', '', '.js')]);

function reader(tool: string, task: RegExp, names: string[]): ScriptReader {
  return { files: names, read: (text) => tasksIn(text, tool, task) };
}

function tasksIn(text: string, tool: string, task: RegExp): ProjectScript[] {
  const found = new Map<string, ProjectScript>();
  let description = '';
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:\/\/|\*|\/\*)/.test(line)) continue;
    if (tool === 'jake') description = jakeDescription.exec(line)?.[2] ?? description;
    const [, exported, declared, , named, , described] = task.exec(line) ?? [];
    const name = exported ?? '';
    const known = name || declared || named;
    if (!known) continue;
    // `npx --no` runs the installed tool and installs none.
    const argv = ['npx', '--no', tool, known];
    if (!found.has(known)) found.set(known, { name: known, line: described ?? description, at, argv });
    description = '';
  }
  return [...found.values()];
}
