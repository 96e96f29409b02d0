import assert from 'node:assert/strict';
import { untranslated as t } from '../../../../extension/base/text.ts';
import { contextTokens, offered } from '../../../../extension/row/menuTokens.ts';
import { remoteLines, withRemoteWords } from '../../../../extension/row/remoteLooks.ts';
import { renderRow } from '../../../../extension/row/row.ts';
import { renderTooltip } from '../../../../extension/row/tooltip.ts';
import type { Connection } from '../../../../shared/connection.ts';
import { ago, makeJob, now } from '../builders.ts';
import { makeConnection } from '../engines/builders.ts';

const remote = { engine: 'celery', connection: 'prod', externalId: 'a1-b2', worker: 'celery@one', cwd: null } as const;
const down = makeConnection({ state: 'unreachable', confirmedAt: ago(58) });
const at = (minutes: number) => new Date(ago(minutes)).toLocaleTimeString(undefined, { timeStyle: 'short' });

describe('a remote job', () => {
  it('shows its engine and connection in its row', () => {
    const row = renderRow(
      makeJob({ ...remote, progress: { current: 2, total: 10, message: null, phase: null } }),
      now,
      t,
    );
    assert.match(row.description, /· Celery prod$/);
    assert.match(row.spoken, /Celery prod$/);
    assert.ok(!renderRow(makeJob(), now, t).description.includes('Celery'));
  });

  it('shows since when it is outdated while its connection is down, unless finished', () => {
    const words = (job: Parameters<typeof makeJob>[0], connection: Connection | null) =>
      withRemoteWords(['50%'], makeJob({ ...remote, ...job }), connection, now, t);
    assert.deepEqual(words({}, down), [`as of ${at(58)}, not reachable`, '50%', 'Celery prod']);
    assert.deepEqual(words({ status: 'completed' }, down), ['50%', 'Celery prod']);
    assert.equal(words({ status: 'lost' }, down).length, 3);
    assert.deepEqual(words({}, makeConnection()), ['50%', 'Celery prod']);
    assert.equal(words({}, { ...down, confirmedAt: null })[0], 'not reachable');
    assert.deepEqual(withRemoteWords(['50%'], makeJob(), null, now, t), ['50%']);
  });

  it('shows where it runs in its tooltip, escaped', () => {
    const tooltip = renderTooltip(makeJob({ ...remote, worker: '[x](command:y)' }), now, true, t, down);
    const plain = tooltip.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
    assert.ok(plain.includes('Celery, connection prod · worker [x](command:y) · ID a1-b2'), plain);
    assert.ok(plain.includes(`as of ${at(58)}, not reachable`));
    assert.ok(!tooltip.includes('[x](command'));
    assert.deepEqual(remoteLines(makeJob(), null, now, t), []);
  });

  it('has no local log and no editable command, but a source and an external ID', () => {
    const tokens = contextTokens(makeJob({ ...remote, status: 'failed' }));
    assert.ok(tokens.includes('remote') && tokens.includes('retryable') && tokens.includes('hasCommand'));
    assert.ok(!tokens.includes('hasLog') && !tokens.includes('editable') && !tokens.includes('hasSteps'));
    assert.ok(!renderTooltip(makeJob(remote), now, true, t).includes('openLog'));
  });

  it('can be rerun from a step if finished and supported by its engine', () => {
    const tokens = (status: 'running' | 'failed') => contextTokens(makeJob({ ...remote, engine: 'inngest', status }));
    assert.ok(tokens('failed').includes('hasSteps'));
    assert.ok(!tokens('running').includes('hasSteps'));
  });

  it('has no actions that its connection does not allow', () => {
    const tokens = ['job', 'cancelable', 'retryable', 'rerunnable', 'hasSteps', 'removable', 'remote'];
    assert.deepEqual(offered(tokens, makeConnection({ readOnly: true })), ['job', 'removable', 'remote']);
    assert.deepEqual(offered(tokens, makeConnection()), tokens);
    assert.deepEqual(offered(tokens, null), tokens);
    const links = (status: 'running' | 'failed') =>
      renderTooltip(makeJob({ ...remote, status }), now, true, t, makeConnection({ readOnly: true }));
    assert.doesNotMatch(links('running') + links('failed'), /jobdeck\.(?:cancel|retry)/);
    assert.match(links('failed'), /jobdeck\.showDetails/);
  });
});
