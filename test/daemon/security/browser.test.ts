/** Attacks on the daemon by a page in a real browser, from another origin on this machine. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'mocha';
import { type Browser, chromium, type Page } from 'playwright-core';
import { installedBrowser } from '../../../tools/host/browser.ts';
import { startDaemon, type TestDaemon } from '../harness.ts';

describe('a page in a browser', function () {
  this.timeout(60_000);
  let daemon: TestDaemon;
  let browser: Browser;
  let page: Page;
  let server: Server;

  before(async () => {
    const executablePath = installedBrowser();
    assert(executablePath !== null, 'No Chromium-based browser was found. Install one.');
    daemon = await startDaemon();
    server = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<title>p</title>'),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const rebound = `MAP rebound.example 127.0.0.1`;
    const args = ['--no-sandbox', `--host-resolver-rules=${rebound}`];
    browser = await chromium.launch({ executablePath, args });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  after(async () => {
    await browser?.close();
    server?.close();
    await daemon?.dispose();
  });

  const jobs = async () => (await daemon.request('GET', '/v1/jobs')).body.total as number;

  it('can’t read or start anything with fetch, even if it knows the token', async () => {
    const outcomes = await page.evaluate(
      async ({ url, token }) => {
        const body = JSON.stringify({ command: { shell: 'true' } });
        const json = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
        const tries: [string, RequestInit][] = [
          ['/v1/health', {}],
          ['/v1/health', { headers: { authorization: `Bearer ${token}` } }],
          ['/v1/health', { mode: 'no-cors' }],
          ['/v1/health', { credentials: 'include' }],
          ['/v1/jobs', { method: 'POST', body, headers: json }],
          ['/v1/jobs', { method: 'POST', body, mode: 'no-cors' }],
          ['/v1/jobs', { method: 'POST', body, mode: 'no-cors', headers: { 'content-type': 'text/plain' } }],
          ['/v1/daemon/stop', { method: 'POST', mode: 'no-cors' }],
          ['/v1/health', { headers: { 'x-jobdeck-challenge': 'n'.repeat(24) } }],
        ];
        return Promise.all(
          tries.map(([path, init]) =>
            fetch(url + path, init).then(
              async (response) => `${response.type} ${response.status} ${await response.text()}`,
              () => 'refused',
            ),
          ),
        );
      },
      { url: daemon.url, token: daemon.info.token },
    );
    for (const outcome of outcomes) assert.match(outcome, /^(refused|opaque 0 )$/);
    assert.equal(await jobs(), 0);
  });

  it('can’t start anything with forms, images, scripts, frames, beacons or events', async () => {
    const loaded = await page.evaluate(async (url) => {
      const settled = (make: (done: (what: string) => void) => void) => new Promise<string>(make);
      const element = (tag: 'img' | 'script', path: string) =>
        settled((done) => {
          const made = document.createElement(tag);
          made.onload = () => done('loaded');
          made.onerror = () => done('refused');
          made.src = url + path;
          document.body.append(made);
        });
      const form = settled((done) => {
        const frame = document.createElement('iframe');
        frame.name = 'target';
        frame.onload = () => done('refused');
        document.body.append(frame);
        const made = document.createElement('form');
        Object.assign(made, { method: 'post', action: `${url}/v1/jobs`, target: 'target', enctype: 'text/plain' });
        made.innerHTML = `<input name='{"command":{"shell":"true"},"title":"' value='"}'>`;
        document.body.append(made);
        made.submit();
      });
      const events = settled((done) => {
        const source = new EventSource(`${url}/v1/stream`);
        source.onopen = () => done('opened');
        source.onerror = () => done('refused');
      });
      navigator.sendBeacon(`${url}/v1/daemon/stop`, '{}');
      return Promise.all([element('img', '/v1/health'), element('script', '/v1/openapi.json'), form, events]);
    }, daemon.url);
    assert.deepEqual(loaded, ['refused', 'refused', 'refused', 'refused']);
    assert.equal(await jobs(), 0);
  });

  it('can’t open a WebSocket', async () => {
    const outcome = await page.evaluate(
      (url) =>
        new Promise<string>((done) => {
          const socket = new WebSocket(url);
          socket.onopen = () => done('opened');
          socket.onerror = () => done('refused');
        }),
      `ws://127.0.0.1:${daemon.info.port}/v1/stream`,
    );
    assert.equal(outcome, 'refused');
  });

  it('learns nothing through DNS rebinding, where its host name resolves to this machine', async () => {
    const rebound = await browser.newPage();
    const answer = await rebound.goto(`http://rebound.example:${daemon.info.port}/v1/health`);
    assert.equal(answer?.status(), 403);
    assert.equal(JSON.parse((await answer?.text()) ?? '').error.code, 'FORBIDDEN_HOST');
    const outcomes = await rebound.evaluate(async (token) => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ command: { shell: 'true' } });
      return Promise.all([
        fetch('/v1/health', { headers }).then((reply) => reply.status),
        fetch('/v1/jobs', { method: 'POST', headers, body }).then((reply) => reply.status),
        fetch('/v1/health', { headers: { 'x-jobdeck-challenge': 'n'.repeat(24) } }).then(
          (reply) => `${reply.status} ${reply.headers.get('x-jobdeck-proof')}`,
        ),
      ]);
    }, daemon.info.token);
    assert.deepEqual(outcomes, [403, 403, '403 null']);
    assert.equal(await jobs(), 0);
    await rebound.close();
  });
});
