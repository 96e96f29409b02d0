#!/usr/bin/env node
/**
 * The command line: `jobdeck run|submit|ls|show|logs|cancel|retry|wait|…`. Loads the bundle of the command. Most of the
 * time of a short command is spent on loading code, so the frequent ones have a bundle with only what they need.
 */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { codeCacheIn } from '../shared/client/codeCache.ts';
import { daemonHome } from '../shared/client/home.ts';

/** The bundles in `bundles/` by command and alias. All other commands are in `all.ts`. */
const bundles: Readonly<Record<string, string>> = {
  run: 'run',
  submit: 'submit',
  add: 'submit',
  ls: 'ls',
  list: 'ls',
  ps: 'ls',
  show: 'show',
  logs: 'logs',
  log: 'logs',
  wait: 'wait',
  cancel: 'cancel',
  progress: 'report',
  step: 'report',
  message: 'report',
  result: 'report',
};

// Node before 22.1 has no cache.
const cache = codeCacheIn(daemonHome);
if (cache !== null) enableCompileCache?.(cache);

const name = bundles[process.argv[2] ?? ''] ?? 'all';
require(join(__dirname, 'cli', `${name}.js`));
