import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { signalOf } from '../../../../daemon/engines/local/outcome/errors.ts';
import { explain } from '../../../../shared/explain/explain.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';

const recordings = join(import.meta.dirname, '../../../data/explain');
const codes = readdirSync(recordings, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);

/** A recording's command and exit status, from its first line, and the output after it. */
function recording(code: string, file: string) {
  const text = readFileSync(join(recordings, code, file), 'utf8');
  const [, status = '', commandLine = ''] = /^# exit (\d+): (.*)\n/.exec(text) ?? [];
  assert.notEqual(status, '', `${code}/${file} begins with its exit status`);
  return { status: Number(status), commandLine, output: text.slice(text.indexOf('\n') + 1) };
}

function explained(code: string, file: string): Problem | null {
  const { status, commandLine, output } = recording(code, file);
  return explain(output, { exitCode: status, signal: signalOf(status), commandLine });
}

describe('the explanation of recorded output', () => {
  for (const code of codes) {
    for (const file of readdirSync(join(recordings, code))) {
      it(`is ${code} for ${file.replace('.txt', '')}`, () => {
        const found = explained(code, file);

        assert.equal(found?.code, code, JSON.stringify(found));
        assert.doesNotMatch(`${found.message}${found.hint}`, /\bundefined\b|\bNaN\b|\{\w+\}/);
        if (found.variant === 'timeoutCommand') return;
        const line = String(found.params?.line);
        assert.ok(recording(code, file).output.includes(line.replace(/…$/, '')), 'the line is part of the output');
        assert.ok(found.hint?.endsWith(`Output: ${line}`), 'the hint quotes the line');
      });
    }
  }

  /** The variant and the details of each recording. */
  const details: Record<string, [variant: string | undefined, params: Record<string, string | number>]> = {
    'PORT_IN_USE/node': ['port', { port: '18429' }],
    'PORT_IN_USE/go': ['port', { port: '18429' }],
    'PORT_IN_USE/php': ['port', { port: '18429' }],
    'PORT_IN_USE/ruby': ['port', { port: '18429' }],
    'CONNECTION_REFUSED/node': ['address', { address: '127.0.0.1:5432' }],
    'CONNECTION_REFUSED/node-fetch': ['address', { address: '127.0.0.1:5433' }],
    'CONNECTION_REFUSED/psql': ['address', { address: '127.0.0.1:5433' }],
    'CONNECTION_REFUSED/python3-requests': ['address', { address: 'localhost:5433' }],
    'CONNECTION_REFUSED/bash': ['address', { address: '127.0.0.1:9' }],
    'CONNECTION_REFUSED/npm': ['address', { address: '127.0.0.1:9' }],
    'HOST_NOT_FOUND/node': ['host', { host: 'registry.invalid' }],
    'HOST_NOT_FOUND/psql': ['host', { host: 'registry.invalid' }],
    'RATE_LIMITED/npm': ['host', { host: '127.0.0.1:18429' }],
    'ACCESS_REFUSED/git': ['host', { host: 'http://127.0.0.1:18429' }],
    'CERTIFICATE_REFUSED/wget': ['host', { host: 'localhost' }],
    'TIMED_OUT/npm': ['address', { address: '127.0.0.1:18430' }],
    'TIMED_OUT/timeout': ['timeoutCommand', {}],
    'MODULE_MISSING/node-require': ['node', { module: 'left-pad', package: 'left-pad' }],
    'MODULE_MISSING/node-import': ['node', { module: 'left-pad', package: 'left-pad' }],
    'MODULE_MISSING/node-file': ['nodeFile', { path: './lib/helper' }],
    'MODULE_MISSING/node-script': ['nodeFile', { path: '/home/demo/project/dist/server.js' }],
    'MODULE_MISSING/python3': ['python', { module: 'tensorflow_x', package: 'tensorflow_x' }],
    'MODULE_MISSING/python3-m': ['python', { module: 'pytest_x', package: 'pytest_x' }],
    'MODULE_MISSING/ruby': ['ruby', { module: 'nokogiri_x', package: 'nokogiri_x' }],
    'MODULE_MISSING/perl': ['perl', { module: 'JSON::Missing' }],
    'MODULE_MISSING/go': ['go', { module: 'example.com/missing/pkg' }],
    'MODULE_MISSING/rust': ['rust', { module: 'missing_crate' }],
    'MODULE_MISSING/javac': ['java', { module: 'org.missing' }],
    'LIBRARY_MISSING/gcc': ['header', { header: 'missing/header.h' }],
    'LIBRARY_MISSING/ld': ['link', { library: '-lmissing' }],
    'LIBRARY_MISSING/loader': ['load', { library: 'libgone.so' }],
    'TARGET_MISSING/npm': ['npm', { script: 'biuld' }],
    'TARGET_MISSING/make': ['make', { target: 'biuld' }],
    'COMMAND_NOT_FOUND/npm': ['inOutput', { command: 'tsc-x' }],
    'COMMAND_NOT_FOUND/bash': ['inOutput', { command: 'terraform-x' }],
    'COMMAND_NOT_FOUND/make': ['inOutput', { command: 'terraform-x' }],
    'PERMISSION_DENIED/python3': ['path', { path: '/home/demo/locked/secret', argument: '/home/demo/locked/secret' }],
    'PERMISSION_DENIED/mkdir': ['path', { path: '/home/demo/locked/new', argument: '/home/demo/locked/new' }],
    'PERMISSION_DENIED/node-port': ['rootPort', { port: '80' }],
    'DISK_FULL/cp': ['path', { path: '/home/demo/small/ls' }],
    'OUT_OF_MEMORY/node': ['node', {}],
    'OUT_OF_MEMORY/java': ['java', { reason: 'Java heap space' }],
    'OUT_OF_MEMORY/php': ['php', { mebibytes: 8 }],
    'FILE_LOCKED/apt': ['process', { path: '/home/demo/project/aptl/lock', pid: '19934', program: 'python3' }],
    'FILE_LOCKED/git': ['lockFile', { path: '/home/demo/project/repo/.git/index.lock' }],
    'FILE_NOT_FOUND/python3': [undefined, { path: 'data/train.csv' }],
    'FILE_WATCH_LIMIT/node': [undefined, {}],
    'KILLED/gcc': ['program', { program: 'cc1' }],
  };
  for (const [name, [variant, params]] of Object.entries(details)) {
    it(`has the details of ${name}`, () => {
      const [code = '', program = ''] = name.split('/');
      const { line: _, ...found } = explained(code, `${program}.txt`)?.params ?? {};
      assert.equal(explained(code, `${program}.txt`)?.variant, variant);
      assert.deepEqual(found, params);
    });
  }
});
