import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { headlineOf } from '../../../../../shared/explain/headline/headline.ts';

const recordings = join(import.meta.dirname, '../../../../data/headlines');
const runners = readdirSync(recordings, { withFileTypes: true }).flatMap((entry) =>
  entry.isDirectory() ? [entry.name] : [],
);
/** Text and place of each recording. */
const expected = JSON.parse(readFileSync(join(recordings, 'expected.json'), 'utf8')) as Record<
  string,
  [text: string, place: string | null] | null
>;

/** The headline of a recording, whose first line is the exit status and the command. */
function headline(runner: string, file: string) {
  const text = readFileSync(join(recordings, runner, file), 'utf8');
  const [first = '', status = '', commandLine = ''] = /^# exit (\d+): (.*)\n/.exec(text) ?? [];
  assert.notEqual(first, '', `${runner}/${file} begins with its exit status`);
  return headlineOf(text.slice(first.length), { exitCode: Number(status), signal: null, commandLine });
}

describe('the headline of recorded output', () => {
  for (const runner of runners) {
    for (const file of readdirSync(join(recordings, runner))) {
      const name = `${runner}/${file.replace('.txt', '')}`;
      it(`is as expected for ${name}`, () => {
        const found = headline(runner, file);

        const { file: path, line, column } = found?.place ?? { file: null, line: 0, column: null };
        const place = path === null ? null : [path, line, ...(column === null ? [] : [column])].join(':');
        assert.notEqual(expected[name], undefined, 'expected.json has the recording');
        assert.deepEqual(found && [found.text, place], expected[name]);
      });
    }
  }

  it('covers every expectation', () => {
    const names = runners.flatMap((runner) =>
      readdirSync(join(recordings, runner)).map((file) => `${runner}/${file.replace('.txt', '')}`),
    );

    assert.deepEqual(Object.keys(expected).sort(), names.sort());
  });
});
