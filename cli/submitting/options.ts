/** What `run` and `submit` have in common: how the command line says what to run. */
import type { Command } from 'commander';
import type { Cli, Runner } from '../runner.ts';
import { withGroup } from './groupOptions.ts';
import { parseNameFirst } from './nameFirst.ts';
import type { SubmitOptions } from './request.ts';
import { collected, withScheduling } from './schedulingOptions.ts';

/** Adds the command's words and its options to a verb. Words after the first belong to the command, options too. */
export function withCommand(verb: Command): Command {
  const named = verb.argument(
    '[command...]',
    'program and arguments, best after “--”; one quoted line is run by the shell; or the name of a job that is defined',
  );
  const own = withJobOptions(named)
    .option('--key <key>', 'when a job has this key already, take that one and start nothing')
    .option('--input <id=value>', 'answers an input of a job that is defined; may be repeated', collected)
    .option('--stdin', stdinOption[verb.name()] ?? '')
    .option('--no-progress', 'read no progress from its output')
    .option('--progress-pattern <expression>', 'read it by this, such as “(?<current>\\d+) of (?<total>\\d+) files”');
  return withGroup(withScheduling(own))
    .option('--json', 'print one JSON document')
    .passThroughOptions()
    .addHelpText('after', examples(verb.name()));
}

/** What a verb that runs a command does: options after the name of a definition are its own. */
export function actOnCommand<Options extends SubmitOptions>(
  { program, runner, argv, verb }: { program: Command; runner: Runner; argv: readonly string[]; verb: string },
  act: (cli: Cli, words: string[], options: Options) => Promise<number>,
): (words: string[], options: Options, command: Command) => Promise<void> {
  const names = { program, verb, home: runner.home, argv };
  return async (words, options, command) => {
    if (await parseNameFirst(words, names)) return;
    await runner.act(act)(words, options, command);
  };
}

/** Adds the options that say what a job is; `untitled` tells what its title is without one. */
export function withJobOptions(verb: Command, untitled = 'made from the command otherwise'): Command {
  return verb
    .option('-t, --title <title>', `name to show; ${untitled}`)
    .option('--type <type>', 'kind of job, such as “build”; groups history')
    .option('-C, --cwd <folder>', 'folder to run in (default: the current one)')
    .option('--shell', 'run the words as one line of shell');
}

const stdinOption: Record<string, string> = {
  run: 'pass this standard input on to it',
  submit: 'let it be sent input with “jobdeck send”',
};

function examples(name: string): string {
  return `
Examples:
  jobdeck ${name} -- npm test
  jobdeck ${name} --title "Nightly build" --type build -- make -j4 all
  jobdeck ${name} "npm ci && npm test"        one quoted line goes to the shell
  jobdeck ${name} --shell -- echo '$HOME'     so do the words after --shell
  jobdeck ${name} build --input target=docs   a job of .vscode/jobs.json; see “jobdeck define”

The job has this environment and folder, and without --stdin no standard input.`;
}
