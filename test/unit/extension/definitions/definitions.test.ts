import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { drawingIn, namesIn } from '../../../../extension/definitions/icons.ts';
import { lensTexts } from '../../../../extension/definitions/lensText.ts';
import {
  type Defined,
  definitionOf,
  filled,
  linksOf,
  needsInput,
  ownIcon,
} from '../../../../extension/definitions/looks.ts';
import { draftOf, draftOfLine, freeName, nameFrom, ofTask } from '../../../../extension/definitions/sources.ts';
import { addJob, read, refuseName, request } from '../../../../extension/definitions/tools.ts';
import { tabIcon } from '../../../../extension/detail/tab.ts';
import { statusIcon } from '../../../../extension/row/icons.ts';
import { parseDefinitions } from '../../../../shared/definitions/parse.ts';
import { statusLooks } from '../../../../shared/statusLooks.ts';
import { ago, makeJob, now } from '../builders.ts';

const options = { workspace: true, icons: new Set(['beaker']) };

describe('a definition file in the editor', () => {
  it('provides its jobs with their lines, and the number of schedules and queues', () => {
    const text = `{
  // what is built
  "jobs": {
    "build": { "command": "make", "schedule": "@daily" },
    "fill": { "command": "fill \${range.start}" }
  },
  "queues": { "gpu": { "concurrency": 1 } }
}`;
    const { jobs, problems, queues, schedules } = read(text, options);
    assert.deepEqual(
      jobs.map(({ name, line, needsRange }) => [name, line, needsRange]),
      [
        ['build', 3, false],
        ['fill', 4, true],
      ],
    );
    assert.deepEqual([queues, schedules, problems.length], [1, 1, 0]);
  });

  it('marks problems that the schema can’t find', () => {
    const beyond = read('{"jobs": {"a": {"command": "x ${input:y}"}}}', options);
    assert.deepEqual(
      beyond.problems.map(({ beyondSchema, line, column, endColumn }) => [beyondSchema, line, column, endColumn]),
      [[true, 0, 27, 41]],
    );
    assert.match(beyond.problems[0]?.message.message ?? '', /input “y”/);
    const within = read('{"jobs": {"a": {"comand": "x"}}}', options);
    assert.ok(within.problems.length > 0 && within.problems.every(({ beyondSchema }) => !beyondSchema));
    assert.deepEqual(read('{"jobs": {"a": {', options).problems[0]?.beyondSchema, false);
  });

  it('still has the other jobs if one has an error, and names all if it can’t be read', () => {
    const { jobs } = read('{"jobs": {"a": {"command": 1}, "b": {"command": "x ${range.start}"}}}', options);
    assert.deepEqual(
      jobs.map(({ name, definition, problem, needsRange }) => [
        name,
        definition?.command,
        problem?.message.code,
        needsRange,
      ]),
      [
        ['a', undefined, 'invalid.field', false],
        ['b', 'x ${range.start}', undefined, true],
      ],
    );
    const unreadable = read('{"jobs": {"a": {"command": "x"}, "b": {', options).jobs;
    assert.deepEqual(
      unreadable.map(({ name, definition, problem }) => [name, definition, problem === null]),
      [
        ['a', null, false],
        ['b', null, false],
      ],
    );
  });

  it('warns about unknown icons at their position', () => {
    const text = '{"jobs": {"a": {"command": "x", "icon": "beaker"},\n "b": {"command": "x", "icon": "beeker"}}}';
    const [problem, ...others] = read(text, options).problems;
    assert.deepEqual(
      [others, problem?.warning, problem?.line, problem?.column, problem?.endColumn],
      [[], true, 1, 31, 39],
    );
    assert.deepEqual(read(text, { ...options, icons: null }).problems, []);
  });

  it('creates requests, or returns errors as plain data', () => {
    const around = {
      file: '/w/.vscode/jobs.json',
      workspace: '/w',
      folder: '/w',
      env: {},
      sendEnv: true,
      createdBy: null,
      inputs: {},
      windows: false,
    };
    const made = request('a', { command: 'echo ${workspaceFolder}', inputs: [] }, around);
    assert.deepEqual('template' in made && [made.template.command, made.template.type], [{ shell: 'echo /w' }, 'a']);
    const failed = request('a', { command: '${env:NONE}' }, around);
    assert.equal('error' in failed && failed.error.code, 'INVALID_DEFINITION');
  });
});

describe('adding a job to a file', () => {
  const added = (text: string | null, name = 'new') => {
    const after = addJob(text, name, { command: 'make' });
    assert.ok('text' in after, JSON.stringify(after));
    return after;
  };

  it('creates a file with an explanation', () => {
    for (const before of [null, '', '\n']) {
      const { text, offset } = added(before);
      assert.match(text, /^\/\/ Jobs of this folder/);
      assert.equal(
        JSON.stringify(parseDefinitions(text, { workspace: true }).definitions),
        '{"jobs":{"new":{"command":"make"}}}',
      );
      assert.equal(text.slice(offset, offset + 5), '"new"');
    }
  });

  it('keeps comments, order, indentation and line ends', () => {
    const before = '{\r\n\t// first\r\n\t"jobs": {\r\n\t\t"a": { "command": "x" } // why\r\n\t}\r\n}\r\n';
    const { text } = added(before);
    assert.ok(text.includes('// first') && text.includes('// why'));
    assert.ok(text.includes('\t\t"new": {\r\n\t\t\t"command": "make"\r\n\t\t}'), JSON.stringify(text));
    assert.ok(!/[^\r]\n/.test(text), JSON.stringify(text));
    assert.deepEqual(parseDefinitions(text, { workspace: true }).names, ['a', 'new']);
  });

  it('keeps the previous line with its comment, and a trailing comma if there is one', () => {
    const entry = '    "new": {\n      "command": "make"\n    }';
    const withNew = (line: string) => added(`{\n  "jobs": {\n    ${line}\n  }\n}\n`).text.split('"jobs": {\n')[1];
    assert.equal(withNew('"a": { "command": "x" } // why'), `    "a": { "command": "x" }, // why\n${entry}\n  }\n}\n`);
    assert.equal(withNew('"a": {"command": "x"}, /* b */'), `    "a": {"command": "x"}, /* b */\n${entry},\n  }\n}\n`);
    assert.equal(withNew('"a": {}\n    // "b": {},\n'), `    "a": {},\n${entry}\n    // "b": {},\n\n  }\n}\n`);
  });

  it('adds exactly this job, whatever the layout', () => {
    const layouts = ['{"jobs":{"a":{"command":"x"}}}', '{"jobs":{\n"a":{"command":"x"}\n,"b":{"command":"x"}\n,\n}}'];
    layouts.push('{"jobs":{ /* none\nyet */ }}', '{"jobs":{"a":{"command":"x"} /* two\nlines */\n}}', '{}');
    for (const layout of layouts) {
      const { definitions, problems } = parseDefinitions(added(layout).text, { workspace: true });
      assert.deepEqual([problems, definitions?.jobs?.new?.command], [[], 'make'], layout);
    }
  });

  it('creates the property “jobs” if missing', () => {
    const { text } = added('{ "queues": {} }');
    assert.deepEqual(parseDefinitions(text, { workspace: true }).names, ['new']);
  });

  it('does not change an invalid file', () => {
    assert.match(JSON.stringify(addJob('{ "jobs": {', 'a', { command: 'x' })), /"message":"1:12: Expected/);
    assert.ok('problem' in addJob('[]', 'a', { command: 'x' }));
    assert.ok('problem' in addJob('{ "jobs": 3 }', 'a', { command: 'x' }));
  });

  it('rejects a name that is taken or invalid', () => {
    const text = '{"jobs": {"build": {}}}';
    assert.deepEqual(
      ['build', 'other', 'a b', '', '__proto__'].map((name) => refuseName(text, name)),
      ['taken', null, 'form', 'form', 'form'],
    );
    assert.equal(refuseName(null, 'build'), null);
  });
});

describe('the draft of a new definition', () => {
  it('has a valid and unused name', () => {
    assert.equal(nameFrom('npm run build:prod'), 'npm-run-build:prod');
    assert.equal(nameFrom('→'), 'job');
    const taken = new Set(['a', 'a-2']);
    assert.equal(
      freeName('a', (name) => taken.has(name)),
      'a-3',
    );
    for (const text of ['npm run build', '-x', '…', 'a'.repeat(300)])
      assert.equal(refuseName(null, nameFrom(text)), null);
  });

  it('keeps a command unchanged and escapes what looks like a placeholder', () => {
    const { definition } = draftOf('x', { shell: 'echo ${HOME}' }, '/w/sub', '/w');
    assert.deepEqual(definition, { command: 'echo $${HOME}', cwd: 'sub' });
    assert.deepEqual(draftOf('x', { argv: ['a', '${b}'] }, '/w', '/w/').definition, { command: ['a', '$${b}'] });
    assert.equal(draftOf('x', { shell: 'a' }, '/elsewhere', '/w').definition.cwd, '/elsewhere');
    assert.equal(draftOf('x', { shell: 'a' }, 'C:\\w\\sub', 'C:\\w').definition.cwd, 'sub');
  });

  it('keeps variables of tasks and escapes those of the shell', () => {
    assert.equal(
      ofTask('${workspaceFolder}/x ${HOME} ${file} ${env:A} ${fileish'),
      '${workspaceFolder}/x $${HOME} ${file} ${env:A} $${fileish',
    );
    const { definition } = draftOf('x', { shell: 'make ${config:a}' }, null, '/w', ofTask);
    assert.equal(definition.command, 'make ${config:a}');
  });

  it('keeps the placeholders of a typed command', () => {
    assert.deepEqual(draftOfLine(' ls  ${workspaceFolder} '), {
      name: 'ls',
      definition: { command: 'ls  ${workspaceFolder}' },
    });
  });
});

describe('the CodeLens above a definition', () => {
  const said = (...jobs: ReturnType<typeof makeJob>[]) => lensTexts(jobs, now, t).map(({ text }) => text);

  it('shows the last run', () => {
    assert.deepEqual(said(), []);
    assert.deepEqual(said(makeJob({ status: 'completed', endedAt: ago(2) })), ['last run: completed 2 min ago']);
    const failed = makeJob({ status: 'failed', exitCode: 3, endedAt: ago(1) });
    assert.deepEqual(said(makeJob({ status: 'completed', endedAt: ago(2) }), failed), [
      'last run: failed 1 min ago (exit code 3)',
    ]);
    assert.deepEqual(said(makeJob({ status: 'cancelled', endedAt: ago(60) })), ['last run: cancelled 1 h ago']);
  });

  it('shows the active job first', () => {
    const progress = { current: 40, total: 100, fraction: null, phase: null, message: null, at: ago(0) };
    const running = makeJob({ progress: progress as never });
    assert.deepEqual(said(makeJob({ status: 'completed', endedAt: ago(2) }), running), [
      '40%',
      'last run: completed 2 min ago',
    ]);
    assert.deepEqual(said(makeJob()), ['started 10 min ago']);
    assert.deepEqual(said(makeJob({ status: 'waiting' })), ['waiting']);
  });
});

describe('the looks of a job by its definition', () => {
  const defined = (workspace: string | null, given: Partial<Defined['definition']> = {}): Defined => ({
    name: 'build',
    file: `${workspace ?? '/home'}/jobs.json`,
    workspace,
    definition: { command: 'make', ...given },
  });

  it('are those of its workspace, otherwise the global ones', () => {
    const all = [defined(null), defined('/home/me/project'), defined('/other')];
    assert.equal(definitionOf(all, makeJob())?.workspace, '/home/me/project');
    assert.equal(definitionOf(all, makeJob({ workspace: '/third' }))?.workspace, null);
    assert.equal(definitionOf(all.slice(1), makeJob({ workspace: null })), null);
    assert.equal(definitionOf(all, makeJob({ type: 'test' })), null);
  });

  it('have the icon and color if it is running or completed, and the status icon otherwise', () => {
    const looks = { command: 'x', icon: 'beaker', color: 'charts.green' };
    const icon = (given: Parameters<typeof makeJob>[0]) => {
      const job = makeJob(given);
      return ownIcon(job, looks, statusIcon(job.status));
    };
    assert.deepEqual(icon({ status: 'completed' }), { icon: 'beaker', color: 'charts.green' });
    for (const status of ['failed', 'waiting', 'cancelled', 'lost'] as const) {
      assert.deepEqual(icon({ status }), statusIcon(status));
    }
    assert.deepEqual(ownIcon(makeJob(), { command: 'x' }, statusIcon('running')), statusIcon('running'));
  });

  it('have texts with their placeholders filled in, or none', () => {
    const values = { workspace: '/w', env: { HOST: 'h' }, input: { target: 'docs', count: 3 } };
    assert.equal(filled('${input:target} on ${env:HOST} in ${workspaceFolder} $${x}', values), 'docs on h in /w ${x}');
    assert.equal(filled('${input:count}', values), null);
    assert.equal(filled('${env:NONE}', values), null);
    assert.deepEqual([needsInput('${input:a}'), needsInput('$${input:a}')], [true, false]);
  });

  it('have http links whose values can’t change the target host', () => {
    const values = {
      workspace: '/w',
      env: { BASE: 'https://ci.example' },
      input: { branch: '../a b?x#y', evil: 'javascript:x' },
    };
    const links = [
      { label: 'CI', url: '${env:BASE}/runs/${input:branch}' },
      { label: 'gone', url: 'https://x/${env:NONE}' },
      { label: 'script', url: '${input:evil}' },
      { label: 'file', url: 'file:///etc/passwd' },
    ];
    assert.deepEqual(linksOf({ command: 'x', links }, values), [
      { label: 'CI', url: 'https://ci.example/runs/..%2Fa%20b%3Fx%23y' },
    ]);
  });
});

describe('the editor’s icons', () => {
  const dist = new URL('../../../../node_modules/@vscode/codicons/dist/', import.meta.url);

  it('are read from the style sheet', () => {
    const names = namesIn(readFileSync(new URL('codicon.css', dist), 'utf8'));
    assert.ok(names.size > 400 && names.has('beaker') && !names.has('beeker'));
    for (const { icon } of Object.values(statusLooks)) assert.ok(names.has(icon), icon);
  });

  it('have drawings, for tabs', () => {
    const sprite = readFileSync(new URL('codicon.svg', dist), 'utf8');
    const drawing = drawingIn(sprite, 'beaker');
    assert.match(drawing?.viewBox ?? '', /^0 0 16 16$/);
    assert.match(drawing?.body ?? '', /^<path d="[^"]+"\/>$/);
    assert.equal(drawingIn(sprite, 'beeker'), null);
    const svg = Buffer.from(tabIcon(makeJob(), drawing, t).dark.split(',')[1] ?? '', 'base64').toString();
    assert.match(svg, /fill="#3794ff"><title>Running<\/title><path/);
  });
});
