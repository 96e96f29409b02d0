import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { edgeCheck } from '../../../../../daemon/api/edge/access.ts';
import { JobTokens } from '../../../../../daemon/jobTokens.ts';
import { proofOf } from '../../../../../shared/client/proof.ts';
import { proofHeaders } from '../../../../../shared/wire.ts';

describe('the edge', () => {
  const check = edgeCheck('s3cret', () => 4711, new JobTokens('made with this'));
  const good = { host: '127.0.0.1:4711', authorization: 'Bearer s3cret' };
  const code = (headers: Parameters<typeof check>[0]) => check({ ...good, ...headers }).refusal?.code ?? null;

  it('lets requests with the token to the loopback address pass', () => {
    assert.equal(code({}), null);
    assert.equal(code({ host: 'localhost:4711' }), null);
    assert.equal(code({ host: 'LOCALHOST:4711' }), null);
    assert.equal(code({ host: '[::1]:4711' }), null);
    assert.equal(code({ authorization: 'bearer s3cret' }), null);
  });

  it('refuses any other host, port included', () => {
    for (const host of ['evil.example:4711', '127.0.0.1', '127.0.0.1:80', '127.0.0.1.evil.example:4711', '', undefined])
      assert.equal(code({ host }), 'FORBIDDEN_HOST', String(host));
  });

  it('refuses any origin, its own address included', () => {
    for (const origin of ['https://evil.example', 'null', '', 'http://127.0.0.1:4711'])
      assert.equal(code({ origin }), 'FORBIDDEN_ORIGIN', origin);
  });

  it('refuses a missing, wrong, shorter or longer token', () => {
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

  it('tells a page nothing about its token', () => {
    assert.equal(code({ host: 'evil.example:4711', authorization: 'Bearer wrong' }), 'FORBIDDEN_HOST');
    assert.equal(code({ origin: 'https://evil.example', authorization: 'Bearer wrong' }), 'FORBIDDEN_ORIGIN');
  });

  it('proves that it knows a token to who asks, and to no page', () => {
    const tokens = new JobTokens('made with this');
    const proof = (headers: Parameters<typeof check>[0]) => {
      const access = check({ host: '127.0.0.1:4711', ...headers });
      return 'proof' in access ? access.proof : undefined;
    };
    const nonce = 'n'.repeat(24);
    const asking = { [proofHeaders.challenge]: nonce };
    const ofJob = { [proofHeaders.challenge]: `${nonce}.job1` };
    assert.equal(proof(asking), proofOf('s3cret', 4711, nonce));
    assert.equal(proof(ofJob), proofOf(tokens.tokenOf('job1'), 4711, `${nonce}.job1`));
    assert.notEqual(proof(asking), proof({ [proofHeaders.challenge]: 'm'.repeat(24) }));
    for (const headers of [{ host: 'evil.example:4711' }, { origin: 'null' }]) {
      assert.equal(proof({ ...asking, ...headers }), undefined);
    }
    for (const challenge of ['', 'short', 'x'.repeat(200)]) {
      assert.equal(proof({ [proofHeaders.challenge]: challenge }), undefined);
    }
  });
});
