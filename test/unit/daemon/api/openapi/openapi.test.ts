import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { after, before, describe, it } from 'mocha';
import { requestErrors } from '../../../../../shared/errors.ts';
import { ApiBench } from '../apiBench.ts';

interface Operation {
  summary?: string;
  operationId: string;
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, unknown>;
  security?: Record<string, unknown>[];
}

describe('the OpenAPI document', () => {
  let bench: ApiBench;
  let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: { schemas: object } };
  before(async () => {
    bench = new ApiBench(async () => assert.fail());
    document = (await bench.inject('GET', '/v1/openapi.json')).json();
  });
  after(() => bench.end());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
    );

  it('has version 3.1', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    assert.equal(document.openapi, '3.1.0');
    assert.ok(valid, JSON.stringify(errors, null, 2));
  });

  it('has every route', () => {
    const named = operations().map(({ name }) => name.replaceAll(/\{(\w+)\}/g, ':$1'));
    const routes = bench.routes();
    assert.ok(routes.length > 30);
    assert.deepEqual(named.toSorted(), [...routes, 'GET /v1/stream'].toSorted());
  });

  it('describes every route with its parameters and errors', () => {
    const statuses = [...new Set(Object.values(requestErrors))].map(String);
    for (const { name, operation } of operations()) {
      assert.match(operation.summary ?? '', /\w/, `${name} has no summary: see daemon/api/openapi/summaries.ts`);
      const placeholders = [...name.matchAll(/\{(\w+)\}/g)].map(([, one]) => one);
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map((one) => one.name);
      assert.deepEqual(inPath, placeholders, name);
      if (/^(POST|PUT)/.test(name)) assert.ok(operation.requestBody?.content['application/json'], name);
      for (const status of statuses) assert.ok(status in operation.responses, `${name} ${status}`);
    }
    const ids = operations().map(({ operation }) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('states which routes accept the token of a job', () => {
    const open = operations().filter(({ operation }) => operation.security?.some((one) => 'jobToken' in one));
    assert.deepEqual(open.map(({ name }) => name).toSorted(), [
      'GET /v1/jobs/{id}',
      'GET /v1/jobs/{id}/progress',
      'GET /v1/stream',
      ...['complete', 'fail', 'heartbeat', 'log', 'messages', 'progress', 'result', 'step', 'steps'].map(
        (kind) => `POST /v1/jobs/{id}/${kind}`,
      ),
    ]);
  });

  it('has the messages of the WebSocket', () => {
    for (const name of ['Subscribe', 'ReportBatch', 'FeedChanges', 'ReportsTaken', 'ReportsRefused', 'CancelRequested'])
      assert.ok(name in document.components.schemas, name);
  });
});
