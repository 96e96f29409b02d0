import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { parseDefinitions, problemLine } from '../../../../shared/definitions/parse.ts';

/** The problems of a file as `line:column: message`. */
const problems = (text: string, workspace = true) => parseDefinitions(text, { workspace }).problems.map(problemLine);
/** A value without its prototypes. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
/** The problems of a file with one job, whose fields start on line 3. */
const ofJob = (fields: string, workspace = true) => problems(`{"jobs": {\n"build": {\n${fields}\n}}}`, workspace);

describe('a definition file', () => {
  it('may contain comments and trailing commas', () => {
    const { definitions, names } = parseDefinitions(
      '// what we run\n{"$schema": "x", "jobs": {"build": {"command": "make", /* soon */ "queue": "cpu",},}, "queues": {}}',
      { workspace: true },
    );
    assert.deepEqual(JSON.parse(JSON.stringify(definitions?.jobs)), { build: { command: 'make', queue: 'cpu' } });
    assert.deepEqual(names, ['build']);
  });

  it('may use every field of a definition', () => {
    const job = {
      label: 'Build ${input:target}',
      icon: 'beaker',
      color: 'charts.green',
      cwd: 'src',
      env: { CI: '1' },
      command: ['make', '${input:target}'],
      queue: 'cpu',
      priority: 'high',
      timeLimit: '30m',
      group: 'nightly',
      retry: { attempts: 3, delay: '5s', backoff: 'exponential', maxDelay: '1m', jitter: 'none', retryOn: [1, 2] },
      phases: [{ id: 'compile', label: 'Compile', weight: 3 }, { id: 'link' }],
      progress: { pattern: '(?<current>\\d+)/(?<total>\\d+)' },
      schedule: { cron: '0 3 * * *', timezone: 'Europe/Berlin', catchUp: 'last', overlap: 'skip', paused: true },
      links: [{ label: 'CI', url: 'https://ci.example/${input:target}' }],
      notifications: 'failures',
      messages: { completed: 'Built', failed: 'Broken' },
      inputs: [{ id: 'target', description: 'What', default: 'all', options: ['all', 'docs'] }],
      metadata: { team: ['core'] },
    };
    const load = { command: 'load ${range.start:date}', backfill: { every: '1d', concurrency: 2, order: 'newest' } };
    const queues = {
      cpu: { concurrency: 2, rate: '10/1m', timeLimit: '1h', cancelAllowed: false, retryAllowed: true },
    };
    assert.deepEqual(
      problems(JSON.stringify({ jobs: { build: job, load, plain: { command: 'x', progress: false } }, queues })),
      [],
    );
  });

  it('that is not valid JSON reports where, and what was expected', () => {
    assert.deepEqual(problems('{"jobs": {\n  "a": {"command" "make"}\n}}'), ['2:19: Expected a colon.']);
    assert.deepEqual(problems('{"jobs": {}'), ['1:12: Expected a closing brace }.']);
    assert.deepEqual(problems("{'jobs': {}}"), ['1:2: This is not valid JSON: strings need double quotes.']);
    assert.deepEqual(problems('{} {}'), ['1:4: Unexpected text after the end.']);
    assert.deepEqual(problems(' '), ['1:1: The file is empty. Expected at least an empty object.']);
    assert.deepEqual(problems('[]'), ['1:1: The file must be an object.']);
  });

  it('that is nested very deep is a problem', () => {
    const { problems } = parseDefinitions('{"jobs": '.repeat(100_000), { workspace: true });
    assert.deepEqual(
      problems.map(({ message }) => message),
      ['The file is nested more than 500 levels deep.'],
    );
  });

  it('lists its jobs even if it has problems', () => {
    assert.deepEqual(parseDefinitions('{"jobs": {"a": {"command": 1}, "b": {', { workspace: true }).names, ['a', 'b']);
  });

  it('with a problem in one job or queue still has the others', () => {
    const text = JSON.stringify({
      jobs: { good: { command: 'x' }, typed: { command: 'x', type: 'x' }, placeholder: { command: '${x}' } },
      queues: { good: { concurrency: 1 }, bad: { concurrency: 0 } },
    });
    const { definitions, broken, names } = parseDefinitions(text, { workspace: true });
    assert.deepEqual(plain(definitions), { jobs: { good: { command: 'x' } }, queues: { good: { concurrency: 1 } } });
    assert.deepEqual([[...broken.jobs.keys()], [...broken.queues.keys()]], [['typed', 'placeholder'], ['bad']]);
    assert.equal(
      broken.jobs.get('typed')?.message,
      '“jobs.typed.type” is not a known property. The name of the job is its type. Remove this property.',
    );
    assert.deepEqual(names, ['good', 'typed', 'placeholder']);
    assert.deepEqual(plain(parseDefinitions('{"jobs": [], "queues": {"q": {}}}', { workspace: true }).definitions), {
      jobs: {},
      queues: { q: {} },
    });
  });

  it('has neither of two jobs with the same name, and none that changes what objects are', () => {
    const parsed = (text: string) => parseDefinitions(text, { workspace: true }).definitions;
    const { jobs: rest } =
      parsed('{"jobs": {"a": {"command": "x"}, "a": {"command": "y"}, "b": {"command": "z"}}}') ?? {};
    assert.deepEqual(plain(rest), { b: { command: 'z' } });
    const { jobs } = parsed('{"jobs": {"__proto__": {"evil": {"command": "x"}}, "b": {"command": "z"}}}') ?? {};
    assert.equal(Object.getPrototypeOf(jobs), Object.prototype);
  });

  it('suggests the intended key for an unknown one', () => {
    assert.deepEqual(ofJob('"comand": "make"'), [
      '2:10: “jobs.build” needs “command”.',
      '3:1: “jobs.build.comand” is not a known property. Did you mean “command”?',
    ]);
    assert.match(
      problems('{"tasks": {}}')[0] ?? '',
      /^1:2: “tasks” is not a known property. Use one of: jobs, queues.$/,
    );
    assert.match(ofJob('"command": "x", "retry": {"attempts": 1, "dealy": "1s"}')[0] ?? '', /^3:42: .*“delay”\?$/);
  });

  it('reports all problems, in the order of the lines', () => {
    const found = ofJob(
      '"command": [],\n"priority": "soon",\n"queue": "a b",\n"retry": {"attempts": 0},\n"timeLimit": "30"',
    );
    assert.deepEqual(found, [
      '3:12: “jobs.build.command” must not be empty.',
      '4:13: “jobs.build.priority” must be one of low, normal, high, urgent.',
      '5:10: “jobs.build.queue” must match ^[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}$.',
      '6:23: “jobs.build.retry.attempts” must be at least 1.',
      '7:14: “jobs.build.timeLimit” must be a duration such as “90s”, “30m” or “1h30m”.',
    ]);
  });

  it('lists the allowed values where there is a choice', () => {
    assert.deepEqual(ofJob('"command": 3'), ['3:12: “jobs.build.command” must be a string or a list.']);
    assert.deepEqual(ofJob('"command": ["a", 3]'), ['3:18: “jobs.build.command[1]” must be a string.']);
    assert.deepEqual(ofJob('"command": "x", "progress": true'), [
      '3:29: “jobs.build.progress” must be false or an object.',
    ]);
    assert.deepEqual(problems('{"queues": {"q": {"concurrency": "many"}}}'), [
      '1:34: “queues.q.concurrency” must be a whole number or "unlimited".',
    ]);
    assert.deepEqual(problems('{"queues": {"q": {"concurrency": 0}}}'), [
      '1:34: “queues.q.concurrency” must be at least 1.',
    ]);
  });

  it('rejects names that can’t be typed, duplicates, and names of JavaScript’s object properties', () => {
    assert.match(problems('{"jobs": {"a b": {"command": "x"}}}')[0] ?? '', /^1:11: “jobs.a b” is not a valid name/);
    assert.deepEqual(problems('{"jobs": {\n"a": {"command": "x"},\n"a": {"command": "y"}}}'), [
      '3:1: “jobs.a” is defined twice. Remove one of them.',
    ]);
    assert.deepEqual(problems('{"jobs": {"__proto__": {"command": "x"}}}'), [
      '1:11: “jobs.__proto__” is not a valid name.',
    ]);
  });

  it('rejects durations and rates that are out of range', () => {
    assert.match(ofJob('"command": "x", "timeLimit": "500ms"')[0] ?? '', /must be at least 1 s\.$/);
    assert.match(
      ofJob('"command": "x", "retry": {"attempts": 1, "maxDelay": "90d"}')[0] ?? '',
      /must be at most 31 d\.$/,
    );
    assert.match(
      problems('{"queues": {"q": {"rate": "10"}}}')[0] ?? '',
      /must be a number per period such as “10\/1m”, or “none”/,
    );
    assert.match(
      problems('{"queues": {"q": {"rate": "0/1m"}}}')[0] ?? '',
      /“queues.q.rate” must be at least 1 start\.$/,
    );
    assert.match(problems('{"queues": {"q": {"rate": "1/1ms"}}}')[0] ?? '', /a period from 100 ms to 31 days/);
    assert.deepEqual(
      problems('{"queues": {"q": {"rate": "none", "timeLimit": "none", "concurrency": "unlimited"}}}'),
      [],
    );
  });
});

describe('a placeholder in a definition', () => {
  it('that is unknown is a problem on its line, with a suggestion', () => {
    assert.deepEqual(ofJob('"command": "x",\n"cwd": "${workspacefolder}/src"'), [
      '4:8: “jobs.build.cwd” has an unknown placeholder “${workspacefolder}”. Did you mean “workspaceFolder”? To pass “${” to the shell, write “$${”.',
    ]);
    assert.match(
      ofJob('"command": ["x", "${HOME}"]')[0] ?? '',
      /^3:18: .*“\$\{HOME\}”\. Use one of: workspaceFolder, env:NAME/,
    );
    assert.deepEqual(ofJob('"command": "echo $${HOME} $HOME ${env:HOME}"'), []);
  });

  it('must refer to one of the inputs', () => {
    assert.deepEqual(ofJob('"command": "make ${input:targt}", "inputs": [{"id": "target"}]'), [
      '3:12: “jobs.build.command” uses an input “targt” that is not in “inputs”. Did you mean “target”?',
    ]);
    assert.match(ofJob('"command": "make ${input:target}"')[0] ?? '', /Add it to “inputs”/);
  });

  it('can’t refer to a workspace in the file of the home folder', () => {
    assert.match(ofJob('"command": "ls ${workspaceFolder}"', false)[0] ?? '', /no workspace folder/);
  });

  it('can refer to a range in backfills, but not in schedules', () => {
    assert.deepEqual(ofJob('"command": "load ${range.start} ${range.end:date}"'), []);
    assert.match(ofJob('"command": "x", "env": {"DAY": "${range.start}"}')[0] ?? '', /only in command, label, cwd/);
    assert.match(ofJob('"command": "load ${range.start}", "schedule": "@daily"')[0] ?? '', /set only by a backfill/);
  });

  it('can’t refer to an input without a default if a schedule runs the job', () => {
    const job = (more: string) => `"command": "x \${input:a}", "schedule": "@daily", "inputs": [{"id": "a"${more}}]`;
    assert.match(ofJob(job(''))[0] ?? '', /Add a “default”/);
    assert.deepEqual(ofJob(job(', "default": "1"')), []);
  });

  it('may refer to a password only in the environment', () => {
    const inputs = '"inputs": [{"id": "key", "password": true}]';
    assert.match(
      ofJob(`"command": "curl \${input:key}", ${inputs}`)[0] ?? '',
      /would reveal the password “key”\. Use it in “env”/,
    );
    assert.deepEqual(ofJob(`"command": "curl $KEY", "env": {"KEY": "\${input:key}"}, ${inputs}`), []);
  });
});

describe('a progress pattern', () => {
  const pattern = (text: string) => ofJob(`"command": "x",\n"progress": {"pattern": ${JSON.stringify(text)}}`);

  it('must be a regular expression with one of the known groups', () => {
    assert.deepEqual(pattern('(?<percent>\\d+)%'), []);
    assert.match(pattern('(?<percent>\\d+')[0] ?? '', /^4:25: .*is not a valid regular expression: Unterminated group/);
    assert.match(
      pattern('(\\d+)%')[0] ?? '',
      /^4:25: .*at least one group named current, total, percent, message, phase/,
    );
  });
});

describe('an input of a definition', () => {
  it('has a unique ID, and a default that is one of its options', () => {
    assert.deepEqual(ofJob('"command": "x", "inputs": [{"id": "a"}, {"id": "a", "default": "c", "options": ["b"]}]'), [
      '3:48: “jobs.build.inputs[1].id” must be unique, but “a” is used twice.',
      '3:64: “jobs.build.inputs[1].default” must be one of its “options”.',
    ]);
  });
});
