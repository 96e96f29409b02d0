import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { bootId, currentPlace, isSameBoot, type Place, relationTo, toPlace } from '../../../../shared/client/place.ts';

const here: Place = { host: 'box', machine: 'm1', boot: 'b1', namespace: 'pid:[1]', init: '5' };
const relation = (then: Partial<Place>, now: Partial<Place> = {}, platform: NodeJS.Platform = 'linux') =>
  relationTo({ ...here, ...then }, { ...here, ...now }, platform);

describe('the place of a process', () => {
  it('is the same for all processes of a container during a boot', () => {
    assert.equal(relation({}), 'here');
    assert.equal(relationTo(currentPlace(), currentPlace()), 'here');
    assert.deepEqual(toPlace(JSON.parse(JSON.stringify(currentPlace()))), currentPlace());
  });

  it('is elsewhere on another machine or in another container', () => {
    assert.equal(relation({ machine: 'm2', boot: 'b2' }), 'elsewhere');
    assert.equal(relation({ machine: 'm2' }), 'elsewhere');
    assert.equal(relation({ namespace: 'pid:[2]' }), 'elsewhere');
    // Containers often have no machine ID.
    assert.equal(relation({ machine: null, namespace: 'pid:[2]', host: 'c0ffee' }), 'elsewhere');
  });

  it('is gone after a restart of the machine or of its container', () => {
    assert.equal(relation({ boot: 'b0' }), 'gone');
    assert.equal(relation({ boot: 'b0', namespace: 'pid:[2]' }), 'gone');
    assert.equal(relation({ machine: null, boot: 'b0' }), 'gone');
    assert.equal(relation({ init: '4' }), 'gone');
  });

  it('is elsewhere after another boot of a machine with another name, except on macOS', () => {
    assert.equal(relation({ boot: 'b0', host: 'node7' }), 'elsewhere');
    assert.equal(relation({ boot: 'b0', host: 'box.fritz.box' }, {}, 'darwin'), 'gone');
    assert.equal(relation({ boot: 'b0', host: 'node7', machine: null }, { machine: null }, 'darwin'), 'elsewhere');
  });

  it('may be partly unknown', () => {
    assert.equal(relation({ host: null, machine: null, namespace: null, init: null }), 'here');
    assert.equal(relation({ host: null, machine: null, namespace: null, init: null, boot: 'b0' }), 'gone');
    assert.deepEqual(toPlace('text'), { host: null, machine: null, boot: null, namespace: null, init: null });
  });

  it('is recognized after a small change of the clock where the system has no boot ID', () => {
    const now = Date.now();
    assert.equal(isSameBoot(bootId('darwin', now), bootId('darwin', now + 20_000)), true);
    assert.equal(isSameBoot(bootId('darwin', now), bootId('darwin', now + 3_600_000)), false);
    assert.equal(isSameBoot('', ''), false);
  });
});
