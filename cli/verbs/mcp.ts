/** `jobdeck mcp`: runs the MCP server, a separate program so that other commands don’t load its library. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../exitCode.ts';
import type { Runner } from '../runner.ts';

export function addMcp(program: Command, runner: Runner): void {
  program
    .command('mcp')
    .description('Run an MCP server for AI agents on standard input and output')
    .addHelpText('after', '\nConfiguration of an agent: {"command": "jobdeck", "args": ["mcp"]}')
    .action(runner.act(mcp));
}

async function mcp(): Promise<number> {
  // Next to the command line in dist/.
  const server = spawn(process.execPath, [join(__dirname, '..', 'mcp.js')], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => resolve(code ?? exitCodes.failed));
  });
}
