import assert from 'node:assert/strict';
import { pageHtml } from '../../../../extension/detail/html.ts';
import { linkOf } from '../../../../extension/detail/link.ts';
import { tabIcon, tabTitle } from '../../../../extension/detail/tab.ts';
import type { JobStatus } from '../../../../shared/job.ts';
import { untranslated } from '../../../../shared/translate.ts';

const parts = {
  jobId: 'j1',
  language: 'en',
  texts: undefined,
  source: 'https://*.example',
  nonce: 'abc',
  script: 'https://x.example/detail.js',
  styles: ['https://x.example/detail.css'],
};

describe('the document of a page', () => {
  it('allows only its own script, style and font', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(pageHtml(parts))?.[1];
    assert.equal(
      policy?.replaceAll('&#39;', "'"),
      "default-src 'none'; script-src 'nonce-abc'; style-src https://*.example; font-src https://*.example",
    );
  });

  it('has no inline style or script', () => {
    const html = pageHtml(parts);
    assert.doesNotMatch(html, /<style|style=|unsafe/);
    assert.match(html, /<script type="module" nonce="abc" src="https:\/\/x\.example\/detail\.js"><\/script>/);
  });

  it('escapes its values', () => {
    const html = pageHtml({ ...parts, jobId: `"><script>alert(1)</script>`, language: '" onload="x' });
    assert.equal(html.match(/<script/g)?.length, 1);
    assert.doesNotMatch(html, /" onload/);
  });

  it('embeds translated texts as data that no text can break out of', () => {
    const texts = { Cancel: 'Abbrechen', odd: '</script><script>alert(1)</script> “{0}” & \u2028' };
    const html = pageHtml({ ...parts, language: 'de', texts });
    const [, data = ''] = /<script type="application\/json" id="texts">([\s\S]*?)<\/script>/.exec(html) ?? [];
    assert.deepEqual(JSON.parse(data), texts);
    assert.equal(html.match(/<script/g)?.length, 2);
  });
});

describe('the tab of a panel', () => {
  it('has a short one-line title, or the ID', () => {
    assert.equal(tabTitle({ id: 'j1', title: 'npm\nrun  build' }), 'npm run build');
    assert.equal(tabTitle({ id: 'j1', title: 'x'.repeat(300) }).length, 60);
    assert.equal(tabTitle({ id: 'j1', title: '\n' }), 'j1');
  });

  it('has a distinct icon for every status, in two colors', () => {
    const statuses: JobStatus[] = ['pending', 'waiting', 'running', 'completed', 'failed', 'cancelled', 'lost'];
    const icons = statuses.map((status) => tabIcon({ status, cancelRequestedAt: null }, null, untranslated));
    icons.push(tabIcon({ status: 'running', cancelRequestedAt: '2026-03-14T09:00:00.000Z' }, null, untranslated));
    assert.equal(new Set(icons.map(({ light }) => light)).size, 8);
    for (const { light, dark } of icons) {
      assert.notEqual(light, dark);
      assert.match(Buffer.from(light.split(',')[1] ?? '', 'base64').toString(), /^<svg .*<\/svg>$/);
    }
  });
});

describe('the connection state for pages', () => {
  const error = { code: 'NODE_TOO_OLD', message: 'too old', hint: null };
  const since = '2026-03-14T09:00:00.000Z';

  it('is live when changes arrive, pushed or polled', () => {
    for (const status of ['connected', 'polling'] as const) {
      assert.deepEqual(linkOf({ status, error, warnings: [] }, since), { state: 'live', since: null, error: null });
    }
  });

  it('is connecting in every state that may resolve itself', () => {
    for (const status of ['starting', 'connecting', 'reconnecting'] as const) {
      assert.deepEqual(linkOf({ status, error: null, warnings: [] }, since), {
        state: 'connecting',
        since,
        error: null,
      });
    }
  });

  it('is offline or failed when the user has to act', () => {
    assert.equal(linkOf({ status: 'offline', error: null, warnings: [] }, null).state, 'offline');
    assert.deepEqual(linkOf({ status: 'failed', error, warnings: [] }, null), { state: 'failed', since: null, error });
  });
});
