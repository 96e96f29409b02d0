import assert from 'node:assert/strict';
import fc from 'fast-check';
import { after, before, describe, it } from 'mocha';
import { wellFormed } from '../../../../daemon/jobs/text.ts';
import { compile } from '../../../../shared/validation.ts';
import { fitting, known, nearlyFitting, type Schema } from './arbitraries.ts';
import { LiveApi } from './liveApi.ts';

interface Operation {
  parameters?: { name: string; in: 'path' | 'query'; schema: Schema }[];
  requestBody?: { content: { 'application/json': { schema: Schema } } };
  responses: Record<string, { content?: Record<string, { schema: Schema }>; $ref?: string }>;
}

const runs = 25;
/** Milliseconds after which a request counts as hanging. */
const timeoutMs = 5_000;

/** Random requests, generated from the OpenAPI document. */
describe('a random request', () => {
  let api: LiveApi;
  let paths: Record<string, Record<string, Operation>>;
  let ids: string[];
  before(async () => {
    api = await LiveApi.open();
    paths = (await api.ask('GET', '/v1/openapi.json')).json().paths;
  });
  after(() => api.end());

  /** Adds active jobs, their queue and a schedule, because the requests may have removed the others. */
  const addJobs = async () => {
    await api.ask('PUT', '/v1/queues/gpu', { concurrency: 1, cancelAllowed: true, retryAllowed: true });
    const [a, b, c] = [
      await api.ask('POST', '/v1/jobs/start', { title: 'reported', steps: [{ id: 'a' }] }),
      await api.ask('POST', '/v1/jobs', { command: { argv: ['true'] } }),
      await api.ask('POST', '/v1/jobs', { command: { argv: ['true'] }, hold: true }),
    ];
    await api.ask('POST', '/v1/schedules', {
      name: 'nightly',
      cron: '0 3 * * *',
      replace: true,
      job: { command: { argv: ['true'] } },
    });
    ids = [a.json().job.id, b.json().id, c.json().id];
  };

  /** Generates mostly IDs and names that exist. */
  const parameter = ({ name, schema }: { name: string; schema: Schema }) => {
    const there = { id: fc.constantFrom(...ids), name: fc.constant('gpu'), ref: fc.constant('nightly') };
    const likely = Object.hasOwn(there, name) ? there[name as keyof typeof there] : fc.constant(1);
    // Don't wait for output that never comes.
    const any = name === 'wait' ? fc.constant(0) : fc.oneof(fitting(schema), fc.string({ maxLength: 20 }));
    return fc
      .oneof({ weight: 3, arbitrary: likely }, { weight: 1, arbitrary: any })
      .map((value): [string, string] => [name, String(value)]);
  };

  const queryParameter = ({ name, schema }: { name: string; schema: Schema }) => {
    const any = fc.oneof(fitting(schema), fc.string({ maxLength: 20 })).map(String);
    const value = Object.hasOwn(known, name) ? fc.oneof(fc.constant(String(known[name])), any) : any;
    return (name === 'wait' ? fc.constant('0') : value).map((given): [string, string] => [name, given]);
  };

  const requestOf = (path: string, { parameters = [], requestBody }: Operation) => {
    const inPath = parameters.filter((one) => one.in === 'path').map(parameter);
    const inQuery = parameters.filter((one) => one.in === 'query').map(queryParameter);
    const schema = requestBody?.content['application/json'].schema;
    const body = schema ? fc.oneof(fitting(schema), nearlyFitting(schema)) : fc.constant(undefined);
    return fc
      .record({ path: fc.tuple(...inPath), query: fc.tuple(...inQuery), used: fc.array(fc.boolean()), body })
      .map(({ path: values, query, used, body: sent }) => {
        const filled = values.reduce(
          (url, [name, value]) => url.replace(`{${name}}`, encodeURIComponent(wellFormed(value) || '-')),
          path,
        );
        const chosen = query
          .filter((_, index) => used[index])
          .map(([name, value]): [string, string] => [name, wellFormed(value)]);
        return { url: chosen.length === 0 ? filled : `${filled}?${new URLSearchParams(chosen)}`, body: sent };
      });
  };

  it('is answered in time, without an unexpected error, and as documented', async () => {
    const checks = new Map<string, ReturnType<typeof compile>>();
    const check = (key: string, schema: Schema, value: unknown) => {
      const own = checks.get(key) ?? compile(schema);
      checks.set(key, own);
      return own(value).problem;
    };
    const good: [string, number][] = [];
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, operation] of Object.entries(methods)) {
        if (path === '/v1/stream') continue;
        await addJobs();
        let answered = 0;
        await fc.assert(
          fc.asyncProperty(requestOf(path, operation), async ({ url, body }) => {
            const asked = `${method.toUpperCase()} ${url} ${JSON.stringify(body)?.slice(0, 2_000)}`;
            const reply = await inTime(api.ask(method.toUpperCase(), url, body), asked);
            assert.ok(reply.statusCode < 500, `${asked}\n${reply.statusCode} ${reply.body}`);
            if (reply.statusCode >= 400) {
              const { error } = reply.json();
              assert.equal(typeof error.code, 'string', asked);
              assert.match(error.message, /\w[\s\S]*\.$/, asked);
              return;
            }
            answered += 1;
            const schema = operation.responses[String(reply.statusCode)]?.content?.['application/json']?.schema;
            if (schema === undefined) return;
            const problem = check(`${method} ${path} ${reply.statusCode}`, schema, reply.json());
            assert.equal(problem, null, `${asked}\n${JSON.stringify(problem)}\n${reply.body.slice(0, 2_000)}`);
          }),
          { numRuns: runs },
        );
        good.push([`${method} ${path}`, answered]);
      }
    }
    assert.deepEqual(api.logged, []);
    // Otherwise the requests would have tested little more than rejections.
    const refused = good.filter(([, answered]) => answered === 0).map(([name]) => name);
    assert.ok(refused.length < good.length / 3, `Rejected every time: ${refused.join(', ')}`);
  }).timeout(60_000);

  /** Every route that takes a body, with a job, a queue and a schedule in its address. */
  const bodyRoutes = () =>
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { requestBody }]) => {
        const url = path
          .replace('{id}', ids[0] ?? '')
          .replace('{name}', 'gpu')
          .replace('{ref}', 'nightly');
        const schema = requestBody?.content['application/json'].schema;
        return schema === undefined
          ? []
          : [{ method: method.toUpperCase(), url: url.replaceAll(/\{\w+\}/g, '1'), schema }];
      }),
    );

  it('with a strange body is answered by every route with a sentence', async () => {
    const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
    const strange = [
      'null',
      'true',
      '0',
      '""',
      '[]',
      '[null]',
      '{',
      '{"__proto__": {"a": 1}}',
      '{"constructor": {"prototype": null}}',
      '{"a": "\\ud800", "\\udfff": 1}',
      deep('[', ']'),
      deep('{"a":', '}').replace(':}', ':1}'),
    ];
    await addJobs();
    for (const { method, url, schema } of bodyRoutes()) {
      const inside = Object.entries(schema.properties ?? {}).flatMap(([name, own]) => {
        const others = fc.sample(fitting({ ...schema, properties: { ...schema.properties, [name]: own } }), 1)[0];
        const rest = JSON.stringify({ ...(others as object), [name]: undefined }).slice(1);
        return [deep('[', ']'), deep('{"a":', '}').replace(':}', ':1}'), 'null', '"\\ud800"'].map(
          (value) => `{${JSON.stringify(name)}:${value}${rest === '}' ? '' : ','}${rest}`,
        );
      });
      for (const body of [...strange, ...inside]) {
        const asked = `${method} ${url} ${body.slice(0, 300)}`;
        const reply = await inTime(api.send(method, url, body), asked);
        assert.ok(reply.statusCode < 500, `${asked}\n${reply.statusCode} ${reply.body.slice(0, 500)}`);
        if (body.length > 100_000) assert.equal(reply.json().error.variant, 'bodyNesting', asked);
        if (reply.statusCode >= 400) assert.match(reply.json().error.message, /\w[\s\S]*\.$/, asked);
      }
    }
    assert.deepEqual(api.logged, []);
  }).timeout(60_000);

  it('never takes two keys for one', async () => {
    const job = { command: { argv: ['true'] } };
    const routes: [string, string, (key: string) => unknown][] = [
      ['POST', '/v1/jobs', (idempotencyKey) => ({ ...job, idempotencyKey })],
      ['POST', '/v1/jobs', (group) => ({ ...job, group })],
      ['POST', '/v1/jobs', (tag) => ({ ...job, tags: [tag] })],
      ['POST', '/v1/jobs', (queue) => ({ ...job, queue })],
      ['POST', '/v1/jobs', (id) => ({ ...job, steps: [{ id }] })],
      ['POST', '/v1/jobs', (word) => ({ command: { argv: ['true', word] } })],
      ['POST', '/v1/jobs', (shell) => ({ command: { shell } })],
      ['POST', '/v1/jobs', (name) => ({ ...job, env: { [name]: '1' } })],
      ['POST', '/v1/jobs', (value) => ({ ...job, env: { a: value } })],
      ['POST', '/v1/jobs/start', (idempotencyKey) => ({ title: 'a', idempotencyKey })],
      ['POST', '/v1/jobs/start', (group) => ({ title: 'a', group })],
      ['POST', '/v1/schedules', (name) => ({ name, cron: '0 3 * * *', job })],
    ];
    for (const [method, url, body] of routes) {
      for (const key of ['\ud800', '\udfff', 'a\ud83d', '\udc00b']) {
        const reply = await api.ask(method, url, body(key));
        assert.deepEqual(
          [reply.statusCode, reply.json().error?.code],
          [400, 'INVALID_REQUEST'],
          JSON.stringify(body(key)),
        );
      }
    }
    const whole = await api.ask('POST', '/v1/jobs', { ...job, tags: ['😀'], group: '😀', idempotencyKey: '😀' });
    assert.equal(whole.statusCode, 201, whole.body);
  });

  it('is rejected by every route without the token, with a JSON error', async () => {
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of Object.keys(methods)) {
        if (path === '/v1/stream') continue;
        const reply = await api.ask(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, '1'), undefined, 'wrong');
        assert.deepEqual([reply.statusCode, reply.json().error.code], [401, 'UNAUTHORIZED'], path);
      }
    }
  });
});

function inTime<T>(answer: Promise<T>, asked: string): Promise<T> {
  let timer: NodeJS.Timeout;
  const hangs = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer to ${asked}`)), timeoutMs);
  });
  return Promise.race([answer, hangs]).finally(() => clearTimeout(timer));
}
