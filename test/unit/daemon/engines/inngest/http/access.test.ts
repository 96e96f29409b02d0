import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { accessDenied, authorization } from '../../../../../../daemon/engines/inngest/http/auth.ts';
import { endpointsOf } from '../../../../../../daemon/engines/inngest/http/endpoints.ts';
import { toUnreachable } from '../../../../../../daemon/engines/inngest/http/errors.ts';
import { parseRetryAfter } from '../../../../../../daemon/engines/inngest/http/inngestApi.ts';
import { ServerClock } from '../../../../../../daemon/engines/inngest/http/serverClock.ts';
import { inngestMessage } from '../../../../../../shared/messages/inngest.ts';

describe('access to an Inngest server', () => {
  it('uses one base address, even for the address of a page or behind a path', () => {
    const base = 'http://127.0.0.1:8288';
    for (const url of [base, `${base}/`, `${base}/runs`]) {
      const { v1, v2, events, graphql } = endpointsOf(url);
      assert.deepEqual([v1, v2, events, graphql], [`${base}/v1`, `${base}/api/v2`, `${base}/e`, `${base}/v0/gql`]);
    }
    assert.equal(endpointsOf('https://tools.example/inngest/').v2, 'https://tools.example/inngest/api/v2');
    const cloud = endpointsOf('https://app.inngest.com/env/production');
    assert.deepEqual([cloud.v1, cloud.v2], ['https://api.inngest.com/v1', 'https://api.inngest.com/v2']);
    assert.deepEqual([cloud.events, cloud.graphql], ['https://inn.gs/e', null]);
  });

  it('accepts a signing key in any form, or the user name and password in the address', () => {
    const hash = 'a'.repeat(64);
    for (const key of ['signkey-prod-0123', '0123abcd', hash, 'sk-inn-api-x']) {
      assert.deepEqual(authorization(key, null), { authorization: `Bearer ${key}` });
    }
    assert.deepEqual(authorization(' Bearer signkey-1\n', null), { authorization: 'Bearer signkey-1' });
    assert.deepEqual(authorization('', null), {});
    assert.deepEqual(authorization(undefined, endpointsOf('http://me:p%40ss@h').basic), {
      authorization: `Basic ${Buffer.from('me:p@ss').toString('base64')}`,
    });
    assert.match(endpointsOf('http://me:100%@h').basic ?? '', /^Basic /);
    assert.equal(endpointsOf('http://me:secret@h:8288').v2, 'http://h:8288/api/v2');
  });

  it('rejects invalid keys without revealing them', () => {
    for (const key of ['two words', 'schlüssel', 'a\nb']) {
      assert.throws(
        () => authorization(key, null),
        ({ code, message }: { code: string; message: string }) =>
          code === 'CONNECTION_INVALID' && !message.includes(key),
      );
    }
    assert.equal(accessDenied(undefined), 'inngestKeyRequired');
    assert.equal(accessDenied('sk-inn-api-1'), 'inngestApiKey');
    assert.equal(accessDenied('signkey-test-1'), 'inngestKeyRejected');
  });

  it('rejects invalid addresses', () => {
    for (const url of ['', 'localhost:8288', 'amqp://h', 'file:///etc/passwd', 'http://']) {
      assert.throws(() => endpointsOf(url), { code: 'CONNECTION_INVALID' });
    }
  });

  it('explains each cause of a failure', () => {
    const variant = (code: string, timedOut = false) => toUnreachable('h:1', { cause: { code } }, timedOut).variant;
    assert.equal(variant('ECONNREFUSED'), 'inngestNotRunning');
    assert.equal(variant('ENOTFOUND'), 'inngestHostNotFound');
    assert.equal(variant('DEPTH_ZERO_SELF_SIGNED_CERT'), 'certificateAuthority');
    assert.equal(variant('CERT_HAS_EXPIRED'), 'certificateExpired');
    assert.equal(variant('ERR_TLS_CERT_ALTNAME_INVALID'), 'certificateName');
    assert.equal(variant('ECONNRESET'), 'inngestReset');
    assert.equal(variant('EHOSTUNREACH'), 'inngestUnreachableCode');
    assert.equal(variant('ECONNRESET', true), 'inngestTimeout');
    // A host with several addresses has one cause for each.
    const several = toUnreachable('h', { cause: { errors: [{ code: 'ECONNREFUSED' }] } }, false);
    assert.equal(several.variant, 'inngestNotRunning');
    assert.equal(toUnreachable('h', null, false).message, 'Could not reach h.');
  });

  it('waits as long as the server asks', () => {
    const now = Date.parse('2026-11-22T01:00:00Z');
    assert.equal(parseRetryAfter('7', now), 7_000);
    assert.equal(parseRetryAfter('Sun, 22 Nov 2026 01:00:30 GMT', now), 30_000);
    assert.equal(parseRetryAfter('Sun, 22 Nov 2026 00:00:00 GMT', now), 0);
    assert.deepEqual([parseRetryAfter('soon', now), parseRetryAfter(null, now)], [null, null]);
  });
});

describe('the clock of an Inngest server', () => {
  const at = Date.parse('2026-11-22T01:00:00Z');
  const iso = (ms: number) => new Date(at + ms).toISOString();

  it('is ignored if it differs only slightly', () => {
    const clock = new ServerClock(() => at);
    clock.observe(iso(1_500), at);
    assert.deepEqual([clock.toLocal(at), clock.toServer(at), clock.skewNote()], [at, at, null]);
  });

  it('is corrected by a stable difference', () => {
    const clock = new ServerClock(() => at);
    clock.observe(iso(300_000), at);
    clock.observe(iso(301_500), at);
    assert.equal(clock.toLocal(at + 300_000), at);
    assert.equal(clock.toServer(at), at + 300_000);
    assert.deepEqual(clock.skewNote(), inngestMessage('inngest.clockAhead', { difference: 300_000 }));
    clock.observe(iso(-600_000), at);
    assert.deepEqual(clock.skewNote(), inngestMessage('inngest.clockBehind', { difference: 600_000 }));
    clock.observe(iso(0), at);
    assert.equal(clock.skewNote(), null);
  });

  it('is not estimated from slow responses, or from those without a time', () => {
    const clock = new ServerClock(() => at);
    clock.observe(iso(300_000), at - 5_000);
    clock.observe(null, at);
    clock.observe('never', at);
    assert.equal(clock.toLocal(at), at);
  });
});
