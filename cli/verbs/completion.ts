/** `jobdeck completion`: the script for a shell, and the hidden `jobdeck complete`, which the script calls. */
import { Argument, type Command } from 'commander';
import { complete } from '../completion/complete.ts';
import { lookUpFrom } from '../completion/lookUp.ts';
import { completionScript, type Shell, shells } from '../completion/scripts.ts';
import { exitCodes } from '../exitCode.ts';
import { printable } from '../output/text.ts';
import type { Cli, Runner } from '../runner.ts';

export function addCompletion(program: Command, runner: Runner): void {
  program
    .command('completion')
    .description('Print a shell completion script')
    .addArgument(new Argument('<shell>', 'Shell').choices(shells))
    .option('--json', 'Print {"script"} as JSON')
    .addHelpText('after', '\nFor ~/.bashrc: eval "$(jobdeck completion bash)"')
    .action(runner.act(script));
  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .passThroughOptions()
    .allowUnknownOption()
    .action(runner.act((cli, words: string[]) => candidates(cli, program, words)));
}

async function script({ out }: Cli, shell: Shell): Promise<number> {
  const text = completionScript(shell);
  out.result({ script: text }, [text]);
  return exitCodes.ok;
}

async function candidates({ out, home }: Cli, program: Command, words: string[]): Promise<number> {
  const found = await complete(
    program,
    words,
    lookUpFrom(home, () => process.cwd()),
  );
  out.lines(found.map(({ value, description }) => `${printable(value)}\t${printable(description)}`));
  return exitCodes.ok;
}
