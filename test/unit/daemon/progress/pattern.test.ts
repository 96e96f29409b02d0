import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import { checkPattern } from '../../../../daemon/progress/pattern.ts';
import { read } from './read.ts';

describe("a job's own expression", () => {
  const of = (pattern: string) => ({ pattern });

  it('says how many of how many, what is done, and in which phase', () => {
    const pattern = of('^(?<phase>\\w+) (?<current>\\d+) von (?<total>\\d+): (?<message>.*)$');
    assert.equal(read('Lesen 3 von 8: a.txt\nanything 5/9\n', pattern), '3/8 | Lesen | a.txt');
    assert.equal(read('Lesen 3 von 8: a.txt\nSchreiben 1 von 8: b.txt\n', pattern), '1/8 | Schreiben | b.txt');
  });

  it('may say a percentage, or a count without a total', () => {
    assert.equal(read('at 12.5 percent\n', of('(?<percent>[\\d.]+) percent')), '12.5/100');
    assert.equal(read('17 rows\n', of('(?<current>\\d+) rows')), '17/null');
  });

  it('may say only what is done', () => {
    assert.equal(read('> linking\n', of('^> (?<message>.+)')), '0/null | linking');
  });

  it('keeps the total that an earlier line told', () => {
    assert.equal(read('all: 40\ndone: 4\n', of('all: (?<total>\\d+)|done: (?<current>\\d+)')), '4/null');
    assert.equal(read('1 of 40\n2\n', of('^(?<current>\\d+)(?: of (?<total>\\d+))?')), '2/40');
  });

  it('does not go back inside a phase, unless it begins again', () => {
    const pattern = of('(?<percent>\\d+)%');
    assert.equal(read('60%\n40%\n', pattern), '60/100');
    assert.equal(read('60%\n3%\n', pattern), '3/100');
  });

  it('passes over numbers that are none', () => {
    const pattern = of('(?<current>\\S+)/(?<total>\\S+)');
    assert.equal(read('1/4\nx/y\n9/4\n1/0\n-1/4\n', pattern), '1/4');
  });

  it('takes the place of the usual forms', () => {
    assert.equal(read('[3/4] a\n[4/4] b\n', of('(?<percent>\\d+)%')), null);
  });

  it('is given up when it takes too long, and holds nothing up', () => {
    const reader = new OutputReader(of('^(?<message>(a+)+)$'));
    const began = performance.now();
    reader.feed(Buffer.from(`${'a'.repeat(60)}!\n`));
    assert.ok(performance.now() - began < 2_000);
    assert.ok(reader.gaveUp);
    reader.feed(Buffer.from('aaa\n'));
    assert.equal(reader.progress, null);
  });

  it('must be a regular expression with a group that says something', () => {
    checkPattern('(?<percent>\\d+)%');
    assert.throws(() => checkPattern('(?<percent>'), { code: 'INVALID_REQUEST', variant: 'progressPattern' });
    assert.throws(() => checkPattern('(\\d+)%'), { code: 'INVALID_REQUEST', variant: 'progressGroups' });
  });
});
