/** A job whose title and log contain markup and links, in the tree, a notification and its page. */
import assert from 'node:assert/strict';
import { DaemonClient } from '../../shared/client/http.ts';
import { daemonInfo } from '../support/daemonEnd.ts';
import { useEditor } from './useEditor.ts';

const markup = '<img src=x onerror=alert(1)><b>bold</b>';
const title = `${markup} $(trash) [Quit](command:workbench.action.quit)`;

describe('A job with a hostile title and log', () => {
  const use = useEditor({ settings: { 'jobdeck.run.opens': 'nothing', 'jobdeck.notifications.show': 'failures' } });

  it('appears in a notification without a link', async () => {
    const { workbench, editor } = use;
    await workbench.run('true');
    await workbench.job(/^true, Completed/).waitFor();
    const info = daemonInfo(editor.home);
    assert(info !== null);
    const client = new DaemonClient(info);
    const shell = `printf '%s\\n' '<script>alert(1)</script>'; exit 3`;
    await client.submit({ command: { shell }, title, workspace: editor.folder });
    client.close();
    await workbench.job(/\$\(trash\).*Failed/).waitFor();
    const notification = workbench.page.locator('.notification-list-item', { hasText: 'Quit' }).first();
    await workbench.command('Notifications: Show Notifications');
    await notification.waitFor();
    assert.match((await notification.locator('.notification-list-item-message').textContent()) ?? '', /\[Quit\]/);
    assert.equal(await notification.locator('.notification-list-item-message a').count(), 0);
    await workbench.photograph('hostile-message');
    await workbench.command('Notifications: Clear All Notifications');
  });

  it('has a row with its title as plain text', async () => {
    const { workbench } = use;
    const row = workbench.job(/\$\(trash\).*Failed/);
    await row.waitFor();
    assert((await row.textContent())?.includes('$(trash)'));
    assert.equal(await row.locator('.codicon-trash:not(.action-label)').count(), 0);
    await workbench.openPage(row, /Quit/);
  });

  it('has a page that shows everything as text and neither runs nor loads anything', async () => {
    const { workbench } = use;
    const panel = workbench.panel();
    await panel.getByText('<img src=x onerror=alert(1)>').first().waitFor();
    await panel.getByText('<script>alert(1)</script>').first().waitFor();
    await workbench.photograph('hostile-page');
    const found = await panel.locator('body').evaluate(async () => {
      const violations: string[] = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
        violations.push(effectiveDirective),
      );
      const inline = document.createElement('script');
      inline.textContent = 'window.pwned = true';
      document.body.append(inline);
      const image = document.createElement('img');
      const tried = new Promise((settle) => image.addEventListener('error', settle));
      image.src = 'http://127.0.0.1:9/x.png';
      document.body.append(image);
      await tried;
      // This file exists and is served to authorized clients.
      const own = document.querySelector('script')?.src ?? '';
      const fetched = await fetch(own).then(
        () => 'fetched',
        () => 'refused',
      );
      const policy =
        document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? '';
      inline.remove();
      image.remove();
      return {
        policy,
        fetched,
        violations: [...new Set(violations)].sort(),
        pwned: 'pwned' in window,
        elements: document.querySelectorAll('img, b').length,
      };
    });
    assert.equal(found.pwned, false);
    assert.equal(found.fetched, 'refused');
    assert.equal(found.elements, 0);
    for (const directive of ['img-src', 'script-src-elem'])
      assert(found.violations.includes(directive), JSON.stringify(found));
    assert.match(found.policy, /^default-src 'none'; script-src 'nonce-[\w-]{20,}'; style-src \S+( \S+)*; font-src /);
    assert.doesNotMatch(found.policy, /unsafe|\*;|data:/);
  });
});
