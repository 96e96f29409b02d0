import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { Announcer } from '../../../webview/announcer.ts';

describe('the announcer for screen readers', () => {
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

  it('announces a text immediately if there was no recent announcement', () => {
    const announcer = new Announcer(host);
    assert.equal(announcer.say('Running'), 'Running');
    mock.timers.tick(2_000);
    assert.equal(updates, 0, 'There is nothing new to say.');
    assert.equal(announcer.say('Completed'), 'Completed');
  });

  it('announces only the latest text after two seconds', () => {
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

  it('announces nothing if the text is back to the announced one', () => {
    const announcer = new Announcer(host);
    announcer.say('Running');
    announcer.say('Paused');
    announcer.say('Running');
    mock.timers.tick(2_000);
    assert.equal(updates, 0);
  });

  it('stops its timer when the page is closed', () => {
    const announcer = new Announcer(host);
    announcer.say('Running');
    announcer.say('Completed');
    announcer.hostDisconnected();
    mock.timers.tick(5_000);
    assert.equal(updates, 0);
  });
});
