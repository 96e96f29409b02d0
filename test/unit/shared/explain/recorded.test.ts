import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { signalOf } from '../../../../daemon/engines/local/outcome/errors.ts';
import { type Explanation, explain } from '../../../../shared/explain/explain.ts';

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

function explained(code: string, file: string): Explanation | null {
  const { status, commandLine, output } = recording(code, file);
  return explain(output, { exitCode: status, signal: signalOf(status), commandLine });
}

describe('what real programs said when they failed', () => {
  for (const code of codes) {
    for (const file of readdirSync(join(recordings, code))) {
      it(`is ${code}: ${file.replace('.txt', '')}`, () => {
        const found = explained(code, file);

        assert.equal(found?.code, code, JSON.stringify(found));
        assert.match(found.message, /^[\w“/.].*\.$/);
        assert.doesNotMatch(found.message + found.hint, /\bundefined\b|\bNaN\b/);
        if (found.line === '') return;
        assert.ok(recording(code, file).output.includes(found.line), 'the line is one of the output');
        assert.ok(found.hint.includes(`It said: ${found.line.slice(0, 100)}`), 'the line is quoted');
      });
    }
  }

  /** What is named, and what can be done about it. */
  const specifics: [string, RegExp, RegExp][] = [
    ['PORT_IN_USE/node', /^Port 18429 /, /ss -ltnp "sport = :18429"/],
    ['PORT_IN_USE/go', /^Port 18429 /, /choose another port/],
    ['PORT_IN_USE/php', /^Port 18429 /, /an earlier run/],
    ['PORT_IN_USE/ruby', /^Port 18429 /, /an earlier run/],
    ['CONNECTION_REFUSED/node', /127\.0\.0\.1:5432/, /Start the server/],
    ['CONNECTION_REFUSED/node-fetch', /(127\.0\.0\.1|\[::1\]):5433/, /Start the server/],
    ['CONNECTION_REFUSED/psql', /127\.0\.0\.1:5433/, /Start the server/],
    ['CONNECTION_REFUSED/python3-requests', /localhost:5433/, /Start the server/],
    ['CONNECTION_REFUSED/bash', /127\.0\.0\.1:9/, /Start the server/],
    ['CONNECTION_REFUSED/npm', /127\.0\.0\.1:9/, /Start the server/],
    ['HOST_NOT_FOUND/node', /registry\.invalid/, /VPN/],
    ['HOST_NOT_FOUND/psql', /registry\.invalid/, /VPN/],
    ['RATE_LIMITED/npm', /127\.0\.0\.1:18429/, /Wait/],
    ['ACCESS_REFUSED/git', /127\.0\.0\.1:18429/, /can’t ask for a password/],
    ['CERTIFICATE_REFUSED/wget', /localhost/, /trust/],
    ['TIMED_OUT/npm', /127\.0\.0\.1:18430/, /more time/],
    ['TIMED_OUT/timeout', /“timeout”/, /more time/],
    ['MODULE_MISSING/node-require', /left-pad/, /npm install left-pad/],
    ['MODULE_MISSING/node-import', /left-pad/, /npm install left-pad/],
    ['MODULE_MISSING/node-file', /\.\/lib\/helper/, /build/],
    ['MODULE_MISSING/node-script', /dist\/server\.js/, /build/],
    ['MODULE_MISSING/python3', /tensorflow_x/, /pip install tensorflow_x/],
    ['MODULE_MISSING/python3-m', /pytest_x/, /pip install pytest_x/],
    ['MODULE_MISSING/ruby', /nokogiri_x/, /gem install nokogiri_x/],
    ['MODULE_MISSING/perl', /JSON::Missing/, /cpan JSON::Missing/],
    ['MODULE_MISSING/go', /example\.com\/missing\/pkg/, /go get example\.com\/missing\/pkg/],
    ['MODULE_MISSING/rust', /missing_crate/, /cargo add missing_crate/],
    ['MODULE_MISSING/javac', /org\.missing/, /class path/],
    ['LIBRARY_MISSING/gcc', /missing\/header\.h/, /-dev/],
    ['LIBRARY_MISSING/ld', /libmissing/, /-dev/],
    ['LIBRARY_MISSING/loader', /libgone\.so/, /LD_LIBRARY_PATH/],
    ['TARGET_MISSING/npm', /“biuld”/, /npm run/],
    ['TARGET_MISSING/make', /biuld/, /Makefile/],
    ['COMMAND_NOT_FOUND/npm', /“tsc-x”/, /PATH/],
    ['COMMAND_NOT_FOUND/bash', /“terraform-x”/, /PATH/],
    ['COMMAND_NOT_FOUND/make', /“terraform-x”/, /PATH/],
    ['PERMISSION_DENIED/python3', /\/home\/demo\/locked\/secret/, /ls -ld \/home\/demo\/locked\/secret/],
    ['PERMISSION_DENIED/mkdir', /\/home\/demo\/locked\/new/, /ls -ld/],
    ['PERMISSION_DENIED/node-port', /port 80/, /below 1024/],
    ['DISK_FULL/cp', /\/home\/demo\/small\/ls/, /df -h/],
    ['OUT_OF_MEMORY/node', /Node\.js/, /--max-old-space-size/],
    ['OUT_OF_MEMORY/java', /Java heap space/, /-Xmx/],
    ['OUT_OF_MEMORY/php', /8 MiB/, /memory_limit/],
    ['FILE_LOCKED/apt', /process \d+ \(python3\) holds it/, /Wait/],
    ['FILE_LOCKED/git', /index\.lock/, /delete .*index\.lock/],
    ['FILE_NOT_FOUND/python3', /data\/train\.csv/, /earlier step/],
    ['FILE_WATCH_LIMIT/node', /watched files/, /max_user_watches/],
    ['KILLED/gcc', /“cc1”/, /memory/],
  ];
  for (const [name, message, hint] of specifics) {
    it(`names what it is about: ${name}`, () => {
      const [code = '', program = ''] = name.split('/');
      const found = explained(code, `${program}.txt`);

      assert.match(found?.message ?? '', message);
      assert.match(found?.hint ?? '', hint);
    });
  }
});
