/** Alternative names for options. */
import { Option } from 'commander';

/** An option that sets the same value as another one and isn't listed in the help. */
export function aliasOption(original: Option, flags: string): Option {
  const alias = new Option(flags, `same as ${original.long}`).hideHelp();
  alias.attributeName = () => original.attributeName();
  if (original.parseArg !== undefined) alias.argParser(original.parseArg);
  return alias;
}
