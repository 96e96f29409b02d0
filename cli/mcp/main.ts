/** `jobdeck mcp`: an MCP server on standard input and output, for agents inside and outside the editor. */
import { join } from 'node:path';
import { fromJsonSchema, McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { type AgentTool, agentTools, toolAnnotations, toolError } from '../../shared/client/agent/tools.ts';
import { callerProcess } from '../../shared/client/callerProcess.ts';
import { daemonHome } from '../../shared/client/home.ts';
import type { ErrorBody } from '../../shared/errors.ts';
import { version } from '../../shared/version.ts';
import { exitCodes } from '../exitCode.ts';
import { nodeRefusal } from '../nodeVersion.ts';
import { toErrorBody } from '../output/output.ts';
import { StandardOutput } from '../output/standardOutput.ts';
import { cliError } from '../problems.ts';
import { Session } from '../session.ts';
import { currentFolder } from '../submitting/caller.ts';

/** Runs until the client closes the input. */
export async function serve(): Promise<void> {
  const { env } = process;
  // Next to this file in dist/.
  const session = new Session({ home: daemonHome(), daemonFile: join(__dirname, 'daemon.js'), version, env });
  const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const context = { folder: currentFolder(), env: Object.fromEntries(set), process: callerProcess() };

  const call = async (tool: AgentTool, input: unknown) => {
    const given = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
    try {
      const send = tool.changes ? session.once.bind(session) : session.persistently.bind(session);
      const text = await send((client) => tool.run(given, { ...context, client, now: Date.now() }));
      return { content: [{ type: 'text' as const, text }] };
    } catch (error) {
      return { content: [{ type: 'text' as const, text: toolError(error) }], isError: true };
    }
  };

  const makeServer = () => {
    const server = new McpServer({ name: 'jobdeck', title: 'Jobdeck', version });
    for (const tool of agentTools) {
      const { name, title, description, inputSchema } = tool;
      const annotations = toolAnnotations(tool);
      const config = { title, description, inputSchema: fromJsonSchema(inputSchema), annotations };
      server.registerTool(name, config, (input) => call(tool, input));
    }
    return server;
  };

  const ended = new Promise<void>((resolve) => {
    process.stdin.once('close', resolve);
    process.stdout.once('error', () => resolve());
  });
  serveStdio(makeServer);
  await ended;
  await session.close();
}

/** Exits. Replies that could not be written are an error, unless the client is gone. */
async function finish(): Promise<void> {
  await stdout.flush();
  if (stdout.failure === null) process.exit(exitCodes.ok);
  if (stdout.isClosed) process.exit(exitCodes.brokenPipe);
  refuse(cliError('OUTPUT_FAILED', { reason: stdout.failure.message }));
}

function refuse({ message, hint }: Pick<ErrorBody, 'message' | 'hint'>): void {
  process.stderr.write(`jobdeck: ${message} ${hint ?? ''}\n`);
  process.exit(exitCodes.failed);
}

const stdout = new StandardOutput(process.stdout);
const refusal = nodeRefusal(process.versions.node);
if (refusal === null) serve().then(finish, (error) => refuse(toErrorBody(error)));
else refuse(refusal);
