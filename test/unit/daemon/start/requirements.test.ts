import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { checkRequirements, type Runtime, thisRuntime } from '../../../../daemon/start/requirements.ts';
import { JobdeckError } from '../../../../shared/errors.ts';

const good: Runtime = { node: '22.14.0', napi: '10', glibc: '2.34' };

function refusal(runtime: Partial<Runtime>): JobdeckError {
  try {
    checkRequirements({ ...good, ...runtime });
  } catch (error) {
    if (error instanceof JobdeckError) return error;
    throw error;
  }
  throw new assert.AssertionError({ message: 'Nothing was refused.' });
}

describe('the requirements of the daemon', () => {
  it('are met by this machine and by the oldest supported runtime', () => {
    checkRequirements(thisRuntime());
    checkRequirements(good);
  });

  it('reject Node older than 22, and name the actual and the required version', () => {
    const error = refusal({ node: '20.19.5', napi: '9' });
    assert.equal(error.code, 'NODE_TOO_OLD');
    assert.equal(error.message, 'Jobdeck needs Node.js 22.14 or later, but this is version 20.19.5.');
    assert.match(error.hint ?? '', /nodejs\.org/);
  });

  it('reject Node 22 without Node-API 10, which would crash instead of failing', () => {
    assert.equal(refusal({ node: '22.13.1', napi: '9' }).code, 'NODE_TOO_OLD');
  });

  it('reject Node older than 22 even if it claims a newer Node-API', () => {
    assert.equal(refusal({ node: '20.99.0', napi: '10' }).code, 'NODE_TOO_OLD');
  });

  it('reject an older glibc, and name its version', () => {
    const error = refusal({ glibc: '2.31' });
    assert.equal(error.code, 'GLIBC_TOO_OLD');
    assert.match(error.message, /2\.31/);
  });

  it('compare glibc versions by number, not by text', () => {
    checkRequirements({ ...good, glibc: '2.100' });
    checkRequirements({ ...good, glibc: '3.0' });
    assert.equal(refusal({ glibc: '2.4' }).code, 'GLIBC_TOO_OLD');
  });

  it('require no glibc if there is another C library', () => checkRequirements({ ...good, glibc: null }));
});
