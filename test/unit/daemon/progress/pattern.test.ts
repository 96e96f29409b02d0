import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import { checkPattern } from '../../../../daemon/progress/pattern.ts';
import { read } from './read.ts';

describe("a job's progress pattern", () => {
  const of = (pattern: string) => ({ pattern });

  it('reads the current and total number, the message and the phase', () => {
    const pattern = of('^(?<phase>\\w+) (?<current>\\d+) von (?<total>\\d+): (?<message>.*)$');
    assert.equal(read('Lesen 3 von 8: a.txt\nanything 5/9\n', pattern), '3/8 | Lesen | a.txt');
    assert.equal(read('Lesen 3 von 8: a.txt\nSchreiben 1 von 8: b.txt\n', pattern), '1/8 | Schreiben | b.txt');
  });

  it('can read a percentage, or a count without a total', () => {
    assert.equal(read('at 12.5 percent\n', of('(?<percent>[\\d.]+) percent')), '12.5/100');
    assert.equal(read('17 rows\n', of('(?<current>\\d+) rows')), '17/null');
  });

  it('can read only a message', () => {
    assert.equal(read('> linking\n', of('^> (?<message>.+)')), '0/null | linking');
  });

  it('keeps the total of an earlier line', () => {
    assert.equal(read('all: 40\ndone: 4\n', of('all: (?<total>\\d+)|done: (?<current>\\d+)')), '4/null');
    assert.equal(read('1 of 40\n2\n', of('^(?<current>\\d+)(?: of (?<total>\\d+))?')), '2/40');
  });

  it('does not go back within a phase unless the phase restarts', () => {
    const pattern = of('(?<percent>\\d+)%');
    assert.equal(read('60%\n40%\n', pattern), '60/100');
    assert.equal(read('60%\n3%\n', pattern), '3/100');
  });

  it('ignores invalid numbers', () => {
    const pattern = of('(?<current>\\S+)/(?<total>\\S+)');
    assert.equal(read('1/4\nx/y\n9/4\n1/0\n-1/4\n', pattern), '1/4');
  });

  it('replaces the known formats', () => {
    assert.equal(read('[3/4] a\n[4/4] b\n', of('(?<percent>\\d+)%')), null);
  });

  it('is abandoned if it takes too long, without blocking anything', () => {
    const reader = new OutputReader(of('^(?<message>(a+)+)$'));
    const began = performance.now();
    reader.feed(Buffer.from(`${'a'.repeat(60)}!\n`));
    assert.ok(performance.now() - began < 2_000);
    assert.ok(reader.gaveUp);
    reader.feed(Buffer.from('aaa\n'));
    assert.equal(reader.progress, null);
  });

  it('must be a regular expression with at least one progress group', () => {
    checkPattern('(?<percent>\\d+)%');
    assert.throws(() => checkPattern('(?<percent>'), { code: 'INVALID_REQUEST', variant: 'progressPattern' });
    assert.throws(() => checkPattern('(\\d+)%'), { code: 'INVALID_REQUEST', variant: 'progressGroups' });
  });
});
