import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Announcer } from '../../../webview/announcer.ts';

describe('what a screen reader is told', () => {
  let updates = 0;
  const host = {
    addController: () => undefined,
    removeController: () => undefined,
    requestUpdate: () => {
      updates += 1;
    },
    updateComplete: Promise.resolve(true),
  };

  beforeEach(() => {
    updates = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
  });

  afterEach(() => mock.timers.reset());

  it('is the news, at once when nothing was said lately', () => {
    const announcer = new Announcer(host);
    assert.equal(announcer.say('Running'), 'Running');
    mock.timers.tick(2_000);
    assert.equal(updates, 0, 'There is nothing new to say.');
    assert.equal(announcer.say('Completed'), 'Completed');
  });

  it('is only the last of what comes within two seconds, after them', () => {
    const announcer = new Announcer(host);
    announcer.say('Pending');
    assert.equal(announcer.say('Running'), 'Pending');
    assert.equal(announcer.say('Completed'), 'Pending');
    mock.timers.tick(1_999);
    assert.equal(updates, 0);
    mock.timers.tick(1);
    assert.equal(updates, 1);
    assert.equal(announcer.say('Completed'), 'Completed');
  });

  it('is nothing when the news went back to what was said', () => {
    const announcer = new Announcer(host);
    announcer.say('Running');
    announcer.say('Paused');
    announcer.say('Running');
    mock.timers.tick(2_000);
    assert.equal(updates, 0);
  });

  it('waits for nothing once its page is gone', () => {
    const announcer = new Announcer(host);
    announcer.say('Running');
    announcer.say('Completed');
    announcer.hostDisconnected();
    mock.timers.tick(5_000);
    assert.equal(updates, 0);
  });
});
