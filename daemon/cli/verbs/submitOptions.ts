/** What `run` and `submit` have in common: how the command line says what to run. */
import type { Command } from 'commander';
import { withGroup } from '../groupOptions.ts';
import { withScheduling } from '../schedulingOptions.ts';

/** Adds the command's words and its options to a verb. Words after the first belong to the command, options too. */
export function withCommand(verb: Command): Command {
  const named = verb.argument(
    '[command...]',
    'program and arguments, best after “--”; one quoted line is run by the shell',
  );
  const own = withJobOptions(named)
    .option('--key <key>', 'when a job has this key already, take that one and start nothing')
    .option('--stdin', stdinOption[verb.name()] ?? '');
  return withGroup(withScheduling(own))
    .option('--json', 'print one JSON document')
    .passThroughOptions()
    .addHelpText('after', examples(verb.name()));
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

The job has this environment and folder, and without --stdin no standard input.`;
}
