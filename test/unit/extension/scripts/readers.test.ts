import assert from 'node:assert/strict';
import type { ProjectScript, ScriptReader, Siblings } from '../../../../extension/scripts/projectScript.ts';
import { cargo } from '../../../../extension/scripts/readers/cargo.ts';
import { composer } from '../../../../extension/scripts/readers/composer.ts';
import { goModule } from '../../../../extension/scripts/readers/goModule.ts';
import { justfile } from '../../../../extension/scripts/readers/justfile.ts';
import { makefile } from '../../../../extension/scripts/readers/makefile.ts';
import { gruntfile, gulpfile, jakefile } from '../../../../extension/scripts/readers/nodeTasks.ts';
import { packageJson } from '../../../../extension/scripts/readers/packageJson.ts';
import { pyproject } from '../../../../extension/scripts/readers/pyproject.ts';
import { scriptReaders } from '../../../../extension/scripts/readers/readers.ts';
import { taskfile } from '../../../../extension/scripts/readers/taskfile.ts';
import { toxIni } from '../../../../extension/scripts/readers/toxIni.ts';
import { scriptCommand, scriptTitle } from '../../../../extension/scripts/scriptRequest.ts';

const none: Siblings = { names: [], src: [] };

/** What a reader finds, as `command | description | line`. */
function found({ read }: ScriptReader, text: string, siblings: Partial<Siblings> = {}): string[] {
  return read(text, { ...none, ...siblings }).map(({ argv, line, at }) => `${argv.join(' ')} | ${line} | ${at}`);
}

describe('the scripts of a package.json', () => {
  const text = '{\n  "name": "build",\n  "scripts": {\n    "build": "tsc",\n    "test": "mocha",\n    "odd": 1\n  }\n}';

  it('are read with their line', () => {
    assert.deepEqual(found(packageJson, text), ['npm run build | tsc | 3', 'npm run test | mocha | 4']);
  });

  it('are empty while the file can’t be parsed', () => {
    for (const broken of ['', '{', '[]', 'null', '{"scripts": []}', '{"scripts": "x"}']) {
      assert.deepEqual(found(packageJson, broken), [], broken);
    }
  });

  it('are run by the package manager of the project', () => {
    const manager = (names: string[], field = {}) =>
      packageJson.read(JSON.stringify({ scripts: { a: 'b' }, ...field }), { ...none, names })[0]?.argv[0];
    assert.equal(manager(['package-lock.json']), 'npm');
    assert.equal(manager(['pnpm-lock.yaml']), 'pnpm');
    assert.equal(manager(['pnpm-lock.yaml'], { packageManager: 'yarn@4.1.0' }), 'yarn');
    assert.equal(manager([], { packageManager: 'unknown@1' }), 'npm');
  });
});

describe('the tasks of gulp, Grunt and Jake', () => {
  it('are those that a gulpfile exports or registers', () => {
    const text = [
      "const { src, dest, series } = require('gulp');",
      'function clean(done) { done(); }',
      'exports.build = series(clean, bundle);',
      "gulp.task('serve', () => {});",
      "// gulp.task('old', () => {});",
      'export const watch = () => {};',
      'export async function lint() {}',
      'exports.default = exports.build;',
      'helper.subtask("no");',
    ].join('\n');
    assert.deepEqual(found(gulpfile, text), [
      'npx --no gulp build |  | 2',
      'npx --no gulp serve |  | 3',
      'npx --no gulp watch |  | 5',
      'npx --no gulp lint |  | 6',
      'npx --no gulp default |  | 7',
    ]);
  });

  it('are those that a Gruntfile registers', () => {
    const text = "grunt.loadNpmTasks('x');\ngrunt.registerTask('default', 'Check and build', ['jshint']);\n";
    const more = "grunt.registerTask('test', ['mocha']);\n";
    assert.deepEqual(found(gruntfile, text + more), [
      'npx --no grunt default | Check and build | 1',
      'npx --no grunt test |  | 2',
    ]);
  });

  it('are those of a Jakefile, with their descriptions', () => {
    const text = "desc('Build it.');\ntask('build', ['clean'], () => {});\ntask('clean');\nfile('a.js');\n";
    assert.deepEqual(found(jakefile, text), ['npx --no jake build | Build it. | 1', 'npx --no jake clean |  | 2']);
  });
});

describe('the targets of a Makefile', () => {
  it('are read with the description of `make help`, otherwise with their first command', () => {
    const text = [
      'CC := gcc',
      '.PHONY: all clean dist/app',
      'all: main.o lib ## Build everything',
      '',
      '## Remove what was built',
      'clean:',
      '\t@rm -rf build',
      'test lint::',
      '\t-pytest -q',
      'dist/app: all',
    ].join('\n');
    assert.deepEqual(found(makefile, text), [
      'make all | Build everything | 2',
      'make clean | Remove what was built | 5',
      'make test | pytest -q | 7',
      'make lint | pytest -q | 7',
      'make dist/app |  | 9',
    ]);
  });

  it('leave out variables, patterns, special and hidden targets, and files', () => {
    const text = [
      'A = b: c',
      'B ::= x',
      'URL ?= http://example.org',
      '%.o: %.c',
      '.DEFAULT_GOAL := all',
      '.SUFFIXES:',
      '_helper:',
      '$(BIN): main.c',
      'main.o: main.c',
      'all: CFLAGS += -g',
      'define BODY',
      'inside: text',
      'endef',
      'LIST = a \\',
      'continued: more',
      '# note: this',
      '\techo recipe: line',
      'ifeq ($(OS),x)',
    ].join('\n');
    assert.deepEqual(found(makefile, text), []);
  });
});

describe('the tasks of a Taskfile', () => {
  it('are read with their description, otherwise with their first command', () => {
    const text = [
      "version: '3'",
      'vars:',
      '  NAME: x',
      'tasks:',
      '  # comment',
      '  default: task --list',
      '  build:',
      '    desc: "Build it"',
      '    cmds:',
      '      - go build',
      '',
      '  "docs:serve":',
      '    cmds:',
      '      - mkdocs serve',
      '  hidden:',
      '    internal: true',
      '  start:*:',
      '    cmd: echo',
      'includes:',
      '  other: ./other',
    ].join('\n');
    assert.deepEqual(found(taskfile, text), [
      'task default | task --list | 5',
      'task build | Build it | 6',
      'task docs:serve | mkdocs serve | 11',
    ]);
  });

  it('are empty for a file without tasks', () => {
    assert.deepEqual(found(taskfile, 'version: 3\n'), []);
  });
});

describe('the recipes of a justfile', () => {
  it('are read with the comment that `just --list` shows', () => {
    const text = [
      'set shell := ["bash", "-c"]',
      'alias b := build',
      'url := "http://example.org"',
      '# Build it',
      'build: clean',
      '    cargo build',
      '',
      '# Serve the documents',
      '[group("docs")]',
      '@serve port="80:80" *flags:',
      '  mkdocs serve',
      'clean:',
    ].join('\n');
    assert.deepEqual(found(justfile, text), [
      'just build | Build it | 4',
      'just serve | Serve the documents | 9',
      'just clean |  | 11',
    ]);
  });

  it('leave out hidden ones and those that need arguments', () => {
    const text = ['_setup:', '[private]', 'inner:', 'deploy target:', 'all +names:'].join('\n');
    assert.deepEqual(found(justfile, text), []);
  });
});

describe('the commands of a Cargo package', () => {
  it('build, check, test and, if there is a binary, run it', () => {
    const text = '[package]\nname = "x"\n';
    const commands = ['cargo build |  | 0', 'cargo check |  | 0', 'cargo test |  | 0'];
    assert.deepEqual(found(cargo, text), commands);
    assert.deepEqual(found(cargo, text, { src: ['main.rs'] }), [...commands, 'cargo run |  | 0']);
    assert.deepEqual(found(cargo, `${text}[[bin]]\nname = "y"\n`), [...commands, 'cargo run |  | 0']);
    assert.deepEqual(found(cargo, '[workspace]\nmembers = []\n', { src: ['main.rs'] }), commands);
    assert.deepEqual(found(cargo, '[profile.dev]\n'), []);
  });
});

describe('the commands of a Go module', () => {
  it('build, test, vet and, if the root is a program, run it', () => {
    const text = '// comment\nmodule example.org/x\n\ngo 1.24\n';
    const commands = ['go build ./... |  | 1', 'go test ./... |  | 1', 'go vet ./... |  | 1'];
    assert.deepEqual(found(goModule, text), commands);
    assert.deepEqual(found(goModule, text, { names: ['main.go'] }), [...commands, 'go run . |  | 1']);
    assert.deepEqual(found(goModule, ''), []);
  });
});

describe('the tasks of a pyproject.toml', () => {
  it('are those of Poe, PDM, Hatch and tox', () => {
    const text = [
      '[tool.poe.tasks]',
      'test = "pytest -q"',
      '_hidden = "x"',
      'lint = { cmd = "ruff check", help = "Check the style" }',
      'all = [',
      '  "lint", # first',
      '  "test",',
      ']',
      '[tool.poe.tasks.serve]',
      'shell = "python -m http.server"',
      '[tool.pdm.scripts]',
      "start = 'flask run'",
      '[tool.hatch.envs.default.scripts]',
      'cov = "pytest --cov"',
      '[tool.hatch.envs."docs".scripts]',
      'build = "mkdocs build"',
      '[tool.tox]',
      'env_list = ["3.13", "lint", "py{39,310}"]',
      '[tool.ruff]',
      'line-length = 100',
    ].join('\n');
    assert.deepEqual(found(pyproject, text), [
      'poe test | pytest -q | 1',
      'poe lint | Check the style | 3',
      'poe all | lint | 4',
      'poe serve |  | 8',
      'pdm run start | flask run | 11',
      'hatch run cov | pytest --cov | 13',
      'hatch run docs:build | mkdocs build | 15',
      'tox -e 3.13 |  | 17',
      'tox -e lint |  | 17',
    ]);
  });

  it('include the project’s own commands if its lock file says what runs them', () => {
    const text = '[project.scripts]\nserve = "app:main"\n';
    assert.deepEqual(found(pyproject, text), []);
    assert.deepEqual(found(pyproject, text, { names: ['uv.lock'] }), ['uv run serve | app:main | 1']);
  });

  it('are not found in strings of several lines', () => {
    assert.deepEqual(found(pyproject, '[tool.x]\ntext = """\n[tool.poe.tasks]\na = "b"\n"""\n'), []);
  });
});

describe('the environments of a tox.ini', () => {
  it('are those of its list and sections', () => {
    const text = '[tox]\nenvlist =\n    py313\n    lint, py{39,310}\n[testenv]\nextras = x\n[testenv:docs]\n';
    assert.deepEqual(found(toxIni, text), ['tox -e py313 |  | 2', 'tox -e lint |  | 3', 'tox -e docs |  | 6']);
  });
});

describe('the scripts of a composer.json', () => {
  it('are read with their description, without events', () => {
    const scripts = { test: 'phpunit', check: ['@lint', '@test'], lint: 'phpcs', 'post-install-cmd': 'x' };
    const text = JSON.stringify({ scripts, 'scripts-descriptions': { lint: 'Check the style' } }, null, 1);
    assert.deepEqual(found(composer, text), [
      'composer run-script test | phpunit | 2',
      'composer run-script check | @lint && @test | 3',
      'composer run-script lint | Check the style | 7',
    ]);
  });
});

describe('every kind of file', () => {
  it('is empty for a text of another kind', () => {
    for (const { files, read } of scriptReaders) assert.deepEqual(read('\u0000{[\n"""', none), [], files[0]);
  });
});

describe('the job of a script', () => {
  const script = (...argv: string[]): ProjectScript => ({ name: 'a b', line: '', at: 0, argv });

  it('is run without a shell, except for batch files on Windows', () => {
    assert.deepEqual(scriptCommand(script('npm', 'run', 'a b'), 'linux'), { argv: ['npm', 'run', 'a b'] });
    assert.deepEqual(scriptCommand(script('npm', 'run', 'a b'), 'win32'), { shell: 'npm run "a b"' });
    assert.deepEqual(scriptCommand(script('make', 'a'), 'win32'), { argv: ['make', 'a'] });
  });

  it('is named after its command line', () => {
    assert.equal(scriptTitle(script('go', 'test', './...')), 'go test ./...');
  });
});
