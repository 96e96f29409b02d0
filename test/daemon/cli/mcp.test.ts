import assert from 'node:assert/strict';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { agentTools, toolAnnotations } from '../../../shared/client/agent/tools.ts';
import { CliBench, cliBundle } from './bench.ts';

describe('the MCP server', () => {
  let bench: CliBench;
  let client: Client;

  beforeEach(async () => {
    bench = new CliBench();
    client = new Client({ name: 'test', version: '1' });
    const env = { ...process.env, JOBDECK_HOME: bench.home } as Record<string, string>;
    const { execPath: command } = process;
    await client.connect(new StdioClientTransport({ command, args: [cliBundle, 'mcp'], env, cwd: bench.home }));
  });
  afterEach(async () => {
    // Registers the process, so that it is ended.
    await bench.call(['daemon', 'status']);
    await client.close();
    await bench.dispose();
  });

  /** The text of a tool's reply, and whether it failed. */
  const call = async (name: string, input: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: input });
    const [part] = content;
    return { text: part?.type === 'text' ? part.text : '', isError };
  };
  const started = async (command: string) => {
    const { text } = await call('run_job', { command });
    return /^Started job (\w+)\.\n/.exec(text)?.[1] ?? assert.fail(text);
  };
  /** The text of jobs in a reply. */
  const dataOf = (text: string) => /<job-data-(\w+)>\n([\s\S]*)\n<\/job-data-\1>/.exec(text)?.[2] ?? assert.fail(text);

  it('lists its tools and marks those that change something', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(
      tools.map(({ name, annotations }) => [name, annotations]),
      agentTools.map((tool) => [tool.name, toolAnnotations(tool)]),
    );
    for (const { inputSchema, description } of tools) {
      assert.equal(inputSchema.type, 'object');
      assert.ok((description ?? '').length > 40);
    }
  });

  it('starts a job in its working folder, shows its status, and reads its log', async () => {
    const id = await started('pwd; echo "\u001b[31mred\u001b[0m"; exit 3');
    await bench.call(['wait', id]);
    assert.match(
      dataOf((await call('list_jobs', { status: 'failed' })).text),
      new RegExp(`^${id} .*failed.*EXIT_CODE`),
    );
    const about = dataOf((await call('get_job', { id })).text);
    assert.match(about, /^exit code: 3$/m);
    assert.match(about, /^error: EXIT_CODE: /m);
    const log = dataOf((await call('get_job_log', { id })).text);
    assert.match(log, /jobdeck-test-.*\nred$/);
    const { text } = await call('get_job_log', { id, lines: 1 });
    assert.match(text, /^Earlier output is omitted\.\n/);
    assert.equal(dataOf(text), 'red');
  });

  it('cancels and retries', async () => {
    const id = await started('sleep 60');
    await call('cancel_job', { id });
    await bench.call(['wait', id]);
    assert.equal((await bench.show(id)).status, 'cancelled');
    assert.equal((await call('retry_job', { id })).isError, false);
    assert.equal((await call('cancel_job', { id })).isError, false);
  });

  it('replies to invalid input with a hint, and changes nothing', async () => {
    const unknown = await call('get_job', { id: 'nosuchjob' });
    assert.equal(unknown.isError, true);
    assert.match(unknown.text, /^JOB_NOT_FOUND\. Call list_jobs to find IDs\.\n/);
    assert.equal(dataOf(unknown.text), 'No job matches “nosuchjob”.');
    for (const [name, input] of [
      ['get_job', {}],
      ['run_job', { command: '  ' }],
      ['run_job', { command: 'true', folder: 'nowhere' }],
      ['list_jobs', { status: 'broken' }],
      ['list_jobs', { limit: 'many' }],
    ] as const) {
      const { text, isError } = await call(name, input).catch((error: Error) => ({
        text: error.message,
        isError: true,
      }));
      assert.equal(isError, true, `${name} ${JSON.stringify(input)}: ${text}`);
      assert.ok(text.length > 10, text);
    }
    assert.equal((await call('list_jobs')).text, 'No matching jobs.');
  });

  it('continues with a new daemon when one is killed', async () => {
    const id = await started('sleep 60');
    await bench.killDaemon();
    assert.match((await call('get_job', { id })).text, /^status: (pending|running)$/m);
    await call('cancel_job', { id });
  });
});
