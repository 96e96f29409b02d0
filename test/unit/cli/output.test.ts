import assert from 'node:assert/strict';
import { colorsFor } from '../../../cli/output/colors.ts';
import { endLines, jobLine } from '../../../cli/pages/jobLine.ts';
import { UsageError } from '../../../cli/usageError.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { aJob } from './jobs.ts';
import { makeOutput } from './outputs.ts';

describe('the output of the command line', () => {
  it('is lines for people, or one JSON document with --json', () => {
    const people = makeOutput(false);
    people.out.result({ id: 'j1' }, ['one', 'two']);
    assert.equal(people.stdout.text, 'one\ntwo\n');
    const program = makeOutput(true);
    program.out.result({ id: 'j1' }, ['one', 'two']);
    assert.equal(program.stdout.text, '{"id":"j1"}\n');
  });

  it('is an indented document on a terminal', () => {
    const { out, stdout } = makeOutput(true, true);
    out.document({ id: 'j1' });
    assert.equal(stdout.text, '{\n  "id": "j1"\n}\n');
  });

  it('keeps the output of a job off stdout with --json', async () => {
    const { out, stdout, stderr } = makeOutput(true);
    await out.writeLog(Buffer.from('building\n'));
    assert.deepEqual([stdout.text, stderr.text], ['', 'building\n']);
  });

  it('is a message and a hint on stderr for an error, with exit code 1', () => {
    const { out, stdout, stderr } = makeOutput(false);
    assert.equal(
      out.fail(
        new JobdeckError({ code: 'JOB_NOT_FOUND', message: 'There is no job \u001b[2J.', hint: 'Look for it.' }),
      ),
      1,
    );
    assert.equal(stdout.text, '');
    assert.equal(stderr.text, 'jobdeck: There is no job \\x1b[2J.\n→ Look for it.\n');
  });

  it('is the error as the document with --json', () => {
    const { out, stdout, stderr } = makeOutput(true);
    assert.equal(out.fail(new JobdeckError({ code: 'JOB_NOT_FOUND', message: 'There is no job j1.', hint: null })), 1);
    assert.deepEqual(JSON.parse(stdout.text), {
      error: { code: 'JOB_NOT_FOUND', message: 'There is no job j1.', hint: null },
    });
    assert.equal(stderr.text, '');
  });

  it('has exit code 2 for an invalid command line', () => {
    assert.equal(
      makeOutput(true).out.fail(new UsageError({ code: 'EMPTY_COMMAND', message: 'Nothing to run.', hint: null })),
      2,
    );
  });

  it('includes the stack of an unexpected error', () => {
    const { out, stderr } = makeOutput(false);
    assert.equal(out.fail(new TypeError('x is not a function')), 1);
    assert.match(stderr.text, /failed unexpectedly: x is not a function\n.*bug.*\nTypeError: .*\n +at /s);
  });
});

describe('the outcome of a job after run', () => {
  it('has the reason and a hint', () => {
    const error = {
      code: 'COMMAND_NOT_FOUND',
      message: 'The command “x” was not found.',
      hint: 'Look.',
      details: null,
    };
    const job = aJob({ status: 'failed', error });
    assert.deepEqual(endLines(job, job), ['Job 4k9x2m7qpa failed: The command “x” was not found.', 'Look.']);
  });

  it('has no hint for an exit code, which the output explains', () => {
    const error = { code: 'EXIT_CODE', message: 'It ended with 3.', hint: 'Read its output.', details: null };
    const job = aJob({ status: 'failed', error });
    assert.deepEqual(endLines(job, job), ['Job 4k9x2m7qpa failed: It ended with 3.']);
  });

  it('is what the program said, with the place', () => {
    const place = { file: 'test_shop.py', line: 9, column: null };
    const headline = { text: '1 failed, 1 passed: test_discount', place };
    const error = { code: 'EXIT_CODE', message: 'It ended with 1.', hint: 'Read it.', details: null, headline };
    const job = aJob({ status: 'failed', error });
    const said = '1 failed, 1 passed: test_discount';
    assert.deepEqual(endLines(job, job), [`Job 4k9x2m7qpa failed: ${said} (test_shop.py:9)`]);
    assert.ok(jobLine(job, colorsFor({}, {}), Date.now()).includes(said));
  });
});
