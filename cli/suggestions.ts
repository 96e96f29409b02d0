/** “Did you mean …?” for unknown commands and options. */
import type { Command } from 'commander';
import { nearest } from '../shared/definitions/near.ts';

/** Commands for words from other tools. The first one that exists is suggested. */
const synonyms: Readonly<Record<string, readonly string[]>> = {
  abort: ['cancel'],
  add: ['set'],
  attach: ['logs -f'],
  begin: ['run'],
  change: ['set'],
  create: ['submit', 'add', 'set'],
  del: ['rm'],
  delete: ['rm'],
  describe: ['show'],
  disable: ['pause'],
  edit: ['set'],
  enable: ['resume'],
  enqueue: ['submit'],
  exec: ['run'],
  follow: ['logs -f'],
  get: ['show'],
  info: ['show', 'status'],
  inspect: ['show'],
  interrupt: ['cancel'],
  new: ['submit', 'add', 'set'],
  output: ['logs'],
  prune: ['clean'],
  purge: ['clean'],
  queues: ['queue ls'],
  remove: ['rm'],
  renice: ['priority'],
  rerun: ['retry', 'run'],
  restart: ['retry'],
  schedules: ['schedule ls'],
  stash: ['hold'],
  status: ['show'],
  stop: ['cancel', 'pause'],
  suspend: ['pause'],
  tail: ['logs -f'],
  terminate: ['cancel'],
  trigger: ['run'],
  unpause: ['resume'],
  update: ['set'],
  watch: ['logs -f'],
};

/** Commands and options that a typo must not lead to. A synonym may, because it shows the intent. */
const destructive = new Set(['cancel', 'clean', 'clear', 'kill', 'rescue', 'rm', '--all', '--replace', '--yes']);

/** The command for an unknown word after `command`, as it is typed after `jobdeck`; null if there is no similar one. */
export function suggestCommand(command: Command, word: string): string | null {
  const path = command.parent === null ? '' : `${command.name()} `;
  const names = command
    .createHelp()
    .visibleCommands(command)
    .map((one) => one.name());
  const exists = (synonym: string) => names.includes(synonym.split(' ')[0] ?? '');
  const synonym = (Object.hasOwn(synonyms, word.toLowerCase()) ? synonyms[word.toLowerCase()] : undefined)?.find(
    exists,
  );
  if (synonym !== undefined) return path + synonym;
  const near = nearest(
    word,
    names.filter((name) => !destructive.has(name)),
  );
  return near === null ? null : path + near;
}

/** The option of `command` that is similar to an unknown one, or null. */
export function suggestOption(command: Command, option: string): string | null {
  const names = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ long }) => (long && !destructive.has(long) ? [long] : []));
  const near = nearest(option, names);
  return near !== null && near !== option ? near : null;
}
