/** What `run` and `submit` have in common: how the command line says what to run. */
import type { Command } from 'commander';
import { withScheduling } from '../schedulingOptions.ts';

/** Adds the command's words and its options to a verb. Words after the first belong to the command, options too. */
export function withCommand(verb: Command): Command {
  const named = verb
    .argument('[command...]', 'program and arguments, best after “--”; one quoted line is run by the shell')
    .option('-t, --title <title>', 'name to show; made from the command otherwise')
    .option('--type <type>', 'kind of job, such as “build”; groups history')
    .option('-C, --cwd <folder>', 'folder to run in (default: the current one)')
    .option('--key <key>', 'when a job has this key already, take that one and start nothing')
    .option('--no-progress', 'read no progress from its output')
    .option('--progress-pattern <expression>', 'read it by this, such as “(?<current>\\d+) of (?<total>\\d+) files”')
    .option('--shell', 'run the words as one line of shell');
  return withScheduling(named)
    .option('--json', 'print one JSON document')
    .passThroughOptions()
    .addHelpText('after', examples(verb.name()));
}

function examples(name: string): string {
  return `
Examples:
  jobdeck ${name} -- npm test
  jobdeck ${name} --title "Nightly build" --type build -- make -j4 all
  jobdeck ${name} "npm ci && npm test"        one quoted line goes to the shell
  jobdeck ${name} --shell -- echo '$HOME'     so do the words after --shell

The job has this environment and folder, and no standard input.`;
}
