import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { addAllVerbs } from '../../cli/allVerbs.ts';
import { makeProgram } from '../../cli/program.ts';
import { Runner } from '../../cli/runner.ts';
import { defaultConfig } from '../../daemon/start/config.ts';
import { CelerySettings, InngestSettings } from '../../shared/connection.ts';
import { CliBench } from './cli/bench.ts';
import { allPages, anchors, codeBlocks, inlineCode, links, paths, readPage, root, userPages, words } from './docs.ts';
import { startDaemon, type TestDaemon } from './harness.ts';

/** Parses commands and runs none. */
class ParsingRunner extends Runner {
  constructor() {
    const sink = { write: () => true };
    super({ home: root, daemonFile: '', version: '', env: {}, stdout: sink as never, stderr: sink as never });
  }

  override act() {
    return async () => {};
  }
}

function program(argv: string[], complaints: string[] = []): Command {
  return makeProgram(new ParsingRunner(), addAllVerbs, {
    version: '0',
    argv,
    writeOut: () => undefined,
    writeErr: (text) => complaints.push(text),
  });
}

/** Commands of a page that begin with `jobdeck`, without what a shell does with them. */
function commandsIn(page: string): string[] {
  const blocks = codeBlocks(page, 'sh', { includeUntested: true });
  const lines = blocks.flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  return [...inlineCode(page), ...lines].flatMap((line) =>
    [...line.matchAll(/(?:^|\$\(|[|;'] *|^ +)jobdeck (.*)$/g)].map(([, rest = '']) =>
      rest.replace(/ +#.*$|\)+"?;?.*$| \|\|? .*$|;.*$/, '').trim(),
    ),
  );
}

function optionsOf(command: Command): string[] {
  const own = command.options.flatMap(({ long }) => long ?? []);
  return [...own, ...command.commands.flatMap(optionsOf)];
}

describe('the commands in the documentation', () => {
  for (const page of userPages) {
    it(`are understood: ${page}`, async () => {
      for (const line of commandsIn(page)) {
        const argv = words(line);
        const complaints: string[] = [];
        await program(argv, complaints)
          .parseAsync(argv, { from: 'user' })
          .catch((error) => assert.fail(`jobdeck ${line}: ${complaints.join(' ') || error}`));
      }
    });

    it(`have options that exist: ${page}`, () => {
      const known = new Set([...optionsOf(program([])), '--help', '--headless', '--web', '--install-extension']);
      const named = inlineCode(page).flatMap((code) => (code.startsWith('--') ? (code.match(/^--[\w-]+/) ?? []) : []));
      assert.deepEqual(
        named.filter((option) => !known.has(option)),
        [],
      );
    });
  }

  it('of the editor have the titles of the manifest', () => {
    const titles: Record<string, string> = JSON.parse(readFileSync(join(root, 'package.nls.json'), 'utf8'));
    const known = new Set(
      Object.entries(titles).flatMap(([key, title]) => (key.startsWith('command.') ? [title] : [])),
    );
    for (const page of allPages()) {
      for (const [, title = ''] of readPage(page).matchAll(/\*\*Jobdeck: ([^*]+)\*\*/g)) {
        assert.ok(known.has(title), `${page}: unknown command “${title}”`);
      }
    }
  });
});

describe('the settings in the documentation', () => {
  it('are all settings of the editor, with their defaults', () => {
    const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const rows = [...readPage('docs/settings.md').matchAll(/^\| `(jobdeck\.[\w.]+)` +\| `([^`]+)`/gm)];
    const all: [string, { default: unknown; markdownDeprecationMessage?: string }][] = Object.entries(
      contributes.configuration.properties,
    );
    const settings = all.filter(
      ([key, { markdownDeprecationMessage: deprecated }]) =>
        deprecated === undefined && !key.startsWith('jobdeck.daemon.'),
    );
    assert.deepEqual(
      rows.map(([, key, value]) => [key, value]),
      settings.map(([key, { default: value }]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    );
  });

  it('of the daemon have the same defaults in the editor', () => {
    const { contributes } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const properties: Record<string, { default: unknown }> = contributes.configuration.properties;
    const flat = Object.entries(defaultConfig).flatMap(([key, value]): [string, unknown][] =>
      typeof value === 'object'
        ? Object.entries(value).map(([inner, own]) => [`${key}.${inner}`, own])
        : [[key, value]],
    );
    const prefix = 'jobdeck.daemon.';
    const inEditor = Object.entries(properties).filter(([key]) => key.startsWith(prefix));
    assert.deepEqual(
      new Map(inEditor.map(([key, { default: value }]) => [key.slice(prefix.length), value])),
      new Map(flat),
    );
  });

  it('are all settings of the daemon, with their defaults', () => {
    assert.deepEqual(JSON.parse(codeBlocks('docs/settings.md', 'json').join('')), defaultConfig);
    const described = inlineCode('docs/settings.md');
    const keys = Object.entries(defaultConfig).flatMap(([key, value]) =>
      typeof value === 'object' ? Object.keys(value).map((inner) => `${key}.${inner}`) : [key],
    );
    assert.deepEqual(
      keys.filter((key) => !described.includes(key)),
      [],
    );
  });

  it('are all settings of connections', () => {
    const rows = [...readPage('docs/engines.md').matchAll(/^\| `(\w+)`/gm)].map(([, key]) => key);
    assert.deepEqual(rows, [...Object.keys(CelerySettings.properties), ...Object.keys(InngestSettings.properties)]);
  });
});

describe('the references in the documentation', () => {
  for (const page of allPages()) {
    it(`exist: ${page}`, () => {
      for (const { file, anchor } of links(page)) {
        assert.ok(existsSync(join(root, file)), `${page} links to ${file}`);
        if (anchor !== undefined) assert.ok(anchors(file).includes(anchor), `${page} links to ${file}#${anchor}`);
      }
      for (const path of paths(page)) assert.ok(existsSync(join(root, path)), `${page} names ${path}`);
    });
  }
});

/** Programs that the examples call, in a folder that becomes theirs. */
function writeProject(folder: string): void {
  const write = (name: string, text: string) => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  };
  for (const name of ['make', 'npm', 'rsync']) write(`bin/${name}`, '#!/bin/sh\necho "$0 $*"\n');
  for (const name of ['backup.sh', 'load.sh']) write(name, '#!/bin/sh\necho "$0 $*"\n');
  write('setup.sh', '#!/bin/sh\nexec cat\n');
  // Runs until it is cancelled.
  write('train.sh', '#!/bin/sh\nexec sleep 600\n');
  // What a person types next comes after the job has started.
  write(
    'bin/jobdeck',
    `#!/bin/sh
jobdeck="$JOBDECK_HOME/bin/jobdeck"
"$jobdeck" "$@" || exit
case "$*" in submit*train.sh | submit*setup.sh)
  until "$jobdeck" ls --json --limit 1 | grep -qE '"status": ?"(running|waiting)'; do :; done ;;
esac
`,
  );
  mkdirSync(join(folder, 'src'));
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode/jobs.json'), codeBlocks('docs/definitions.md', 'jsonc').join(''));
}

describe('the examples in the documentation', function () {
  this.timeout(120_000);
  let bench: CliBench;
  let folder = '';
  beforeEach(async () => {
    bench = new CliBench();
    folder = mkdtempSync(join(tmpdir(), 'jobdeck-docs-'));
    writeProject(folder);
    await bench.call(['daemon', 'start']);
  });
  afterEach(async () => {
    await bench.dispose();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const page of userPages.filter((one) => one !== 'docs/reporting.md')) {
    const blocks = codeBlocks(page, 'sh');
    if (blocks.length === 0) continue;
    it(`run: ${page}`, async () => {
      const child = spawn('/bin/sh', ['-euxc', blocks.join('\n')], {
        cwd: folder,
        env: {
          ...process.env,
          JOBDECK_HOME: bench.home,
          TMPDIR: folder,
          PATH: [join(folder, 'bin'), join(bench.home, 'bin'), process.env.PATH].join(delimiter),
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text) => (output += text));
      }
      const [code] = await once(child, 'close');
      assert.equal(code, 0, output.slice(-3_000));
      for (const expected of codeBlocks(page, 'text')) assert.ok(output.includes(expected), `${expected}\n${output}`);
    });
  }
});

describe('the examples of the HTTP API', () => {
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon();
  });
  after(() => daemon.dispose());

  const [, script = '', command = ''] = codeBlocks('docs/reporting.md', 'sh');

  it('report a job from its start to its end', async () => {
    const env = { ...process.env, JOBDECK_HOME: daemon.home };
    const output = execFileSync('/bin/sh', ['-euc', script], { env, encoding: 'utf8' });
    const replies = output.match(/\{.*?\}/g) ?? [];
    assert.deepEqual(
      replies.map((reply) => JSON.parse(reply).status),
      ['running', 'running', 'running', 'running', 'completed'],
    );
    const { body } = await daemon.request('GET', '/v1/jobs?q=Ingest');
    const job = (await daemon.request('GET', `/v1/jobs/${body.jobs[0].id}`)).body;
    assert.deepEqual([job.status, job.progress.message, job.result], ['completed', '3 files left', { rows: 1200 }]);
    assert.equal((await daemon.request('GET', `/v1/jobs/${job.id}/attempts/1/log`)).text, 'read a.csv\n');
  });

  it('report from inside a job', async () => {
    const { id } = await daemon.submit(command);
    const job = await daemon.waitForJob(id, ({ status }) => status === 'completed');
    assert.deepEqual(job.progress, { current: 40, total: 100, message: 'packing', phase: null });
  });
});
