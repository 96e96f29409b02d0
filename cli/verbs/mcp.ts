/** `jobdeck mcp`: hands over to the MCP server, a program of its own, so that no other verb loads its library. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import type { Runner } from '../runner.ts';

export function addMcp(program: Command, runner: Runner): void {
  program
    .command('mcp')
    .description('serve the Model Context Protocol on standard input and output, for agents')
    .addHelpText('after', '\nIn the configuration of an agent: {"command": "jobdeck", "args": ["mcp"]}')
    .action(runner.act(mcp));
}

async function mcp(): Promise<number> {
  // Beside the command line in dist/.
  const server = spawn(process.execPath, [join(__dirname, 'mcp.js')], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => resolve(code ?? exitCodes.failed));
  });
}
