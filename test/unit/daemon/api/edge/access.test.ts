import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { edgeCheck } from '../../../../../daemon/api/edge/access.ts';
import { JobTokens } from '../../../../../daemon/jobTokens.ts';
import { proofOf } from '../../../../../shared/client/proof.ts';
import { proofHeaders } from '../../../../../shared/wire.ts';

describe('the access check', () => {
  const check = edgeCheck('s3cret', () => 4711, new JobTokens('made with this'));
  const good = { host: '127.0.0.1:4711', authorization: 'Bearer s3cret' };
  const code = (headers: Parameters<typeof check>[0]) => check({ ...good, ...headers }).refusal?.code ?? null;

  it('accepts requests with the token to the loopback address', () => {
    assert.equal(code({}), null);
    assert.equal(code({ host: 'localhost:4711' }), null);
    assert.equal(code({ host: 'LOCALHOST:4711' }), null);
    assert.equal(code({ host: '[::1]:4711' }), null);
    assert.equal(code({ authorization: 'bearer s3cret' }), null);
  });

  it('rejects any other host or port', () => {
    for (const host of ['evil.example:4711', '127.0.0.1', '127.0.0.1:80', '127.0.0.1.evil.example:4711', '', undefined])
      assert.equal(code({ host }), 'FORBIDDEN_HOST', String(host));
  });

  it('rejects any origin, including its own address', () => {
    for (const origin of ['https://evil.example', 'null', '', 'http://127.0.0.1:4711'])
      assert.equal(code({ origin }), 'FORBIDDEN_ORIGIN', origin);
  });

  it('rejects a missing, wrong, shorter or longer token', () => {
    for (const authorization of [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      'Bearer s3cre',
      'Bearer s3crets',
      's3cret',
      'Basic s3cret',
    ])
      assert.equal(code({ authorization }), 'UNAUTHORIZED', String(authorization));
  });

  it('reveals nothing about a token to a web page', () => {
    assert.equal(code({ host: 'evil.example:4711', authorization: 'Bearer wrong' }), 'FORBIDDEN_HOST');
    assert.equal(code({ origin: 'https://evil.example', authorization: 'Bearer wrong' }), 'FORBIDDEN_ORIGIN');
  });

  it('proves on request that it knows a token, but not to web pages', () => {
    const tokens = new JobTokens('made with this');
    const proof = (headers: Parameters<typeof check>[0]) => {
      const access = check({ host: '127.0.0.1:4711', ...headers });
      return 'proof' in access ? access.proof : undefined;
    };
    const nonce = 'n'.repeat(24);
    const challenge = { [proofHeaders.challenge]: nonce };
    const ofJob = { [proofHeaders.challenge]: `${nonce}.job1` };
    assert.equal(proof(challenge), proofOf('s3cret', 4711, nonce));
    assert.equal(proof(ofJob), proofOf(tokens.tokenOf('job1'), 4711, `${nonce}.job1`));
    assert.notEqual(proof(challenge), proof({ [proofHeaders.challenge]: 'm'.repeat(24) }));
    for (const headers of [{ host: 'evil.example:4711' }, { origin: 'null' }]) {
      assert.equal(proof({ ...challenge, ...headers }), undefined);
    }
    for (const challenge of ['', 'short', 'x'.repeat(200)]) {
      assert.equal(proof({ [proofHeaders.challenge]: challenge }), undefined);
    }
  });
});
