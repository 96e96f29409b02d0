import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { OutputReader } from '../../../../daemon/progress/outputReader.ts';
import type { Progress } from '../../../../shared/job.ts';

const folder = join(import.meta.dirname, '../../../data/progress');

/**
 * The progress read from each recording byte by byte. For each phase: its name, the first and the last value, and the
 * number of different values. Empty for programs without progress.
 */
const expected: Record<string, string[]> = {
  'apt-get-fancy.pty': [
    'Reading package lists: 93/100 … 98/100 in 2',
    'Building dependency tree: 9/100 … 50/100 in 2',
    '14/100 … 100/100 in 4',
    'Reading database: 10/100 … 100/100 in 19',
    '0/100 … 94/100 in 17',
  ],
  'apt-get.pty': [
    'Reading package lists: 40/100 … 98/100 in 4',
    'Building dependency tree: 50/100 … 99/100 in 2',
    '14/100 … 100/100 in 5',
    'Reading database: 10/100 … 100/100 in 19',
  ],
  'apt-get.txt': ['Reading database: 10/100 … 100/100 in 19'],
  'aria2.pty': ['0/100 … 79/100 in 4'],
  'aria2.txt': ['0/100 … 79/100 in 4'],
  'cargo-osc.pty': ['0/100 … 96/100 in 25'],
  'cargo-osc.txt': ['Building: 0/25 … 24/25 in 25'],
  'cargo.pty': ['Building: 0/25 … 24/25 in 25'],
  'cargo.txt': [],
  'cmake-make.pty': ['4/100 … 100/100 in 41'],
  'cmake-make.txt': ['4/100 … 100/100 in 41'],
  'ctest.pty': ['1/12 … 12/12 in 12'],
  'ctest.txt': ['1/12 … 12/12 in 12'],
  'curl-bar.pty': ['42.5/100 … 100/100 in 3'],
  'curl.pty': ['0/100 … 100/100 in 4'],
  'curl.txt': ['0/100 … 100/100 in 4'],
  'dd.pty': [],
  'dd.txt': [],
  'ffmpeg.pty': ['0/100 … 99.8/100 in 8'],
  'ffmpeg.txt': ['0/100 … 99.8/100 in 8'],
  'git.pty': [
    'remote: Counting objects: 31/3004 … 3004/3004 in 100',
    'remote: Compressing objects: 2/4 … 4/4 in 3',
    'Receiving objects: 31/3004 … 3004/3004 in 100',
  ],
  'git.txt': [
    'remote: Counting objects: 31/3004 … 3004/3004 in 100',
    'remote: Compressing objects: 2/4 … 4/4 in 3',
    'Receiving objects: 31/3004 … 3004/3004 in 100',
  ],
  'ninja.pty': ['1/42 … 42/42 in 42'],
  'ninja.txt': ['2/42 … 42/42 in 41'],
  'none-cc.txt': [],
  'none-coverage.txt': [],
  'none-git-log.txt': [],
  'none-go-test.txt': [],
  'none-make.txt': [],
  'none-node-test.txt': [],
  'none-server.txt': [],
  'npm.pty': [],
  'npm.txt': [],
  'pip-raw.txt': ['0/100 … 100/100 in 3'],
  'pip.pty': ['0/100 … 100/100 in 2', '0/100 … 100/100 in 2'],
  'pip.txt': [],
  'pv.pty': ['34/100 … 100/100 in 3'],
  'pv.txt': ['34/100 … 100/100 in 3'],
  'pytest-v.pty': ['2/100 … 100/100 in 50'],
  'pytest-v.txt': ['2/100 … 100/100 in 50'],
  'pytest.pty': ['61/100 … 100/100 in 2'],
  'pytest.txt': ['48/100 … 100/100 in 3'],
  'rich.pty': ['Indexing: 0/100 … 100/100 in 25'],
  'rsync-whole.pty': ['0/100 … 100/100 in 101'],
  'rsync-whole.txt': ['0/100 … 100/100 in 101'],
  'rsync.pty': ['0/100 … 100/100 in 4'],
  'rsync.txt': ['0/100 … 100/100 in 4'],
  'tqdm-nested.pty': ['Epochs: 0/4 … 4/4 in 5'],
  'tqdm-nested.txt': ['Epochs: 0/4 … 4/4 in 5'],
  'tqdm.pty': ['Training: 0/300 … 300/300 in 25', 'Testing: 0/80 … 80/80 in 9'],
  'tqdm.txt': ['Training: 0/300 … 300/300 in 25', 'Testing: 0/80 … 80/80 in 9'],
  'wget.pty': ['copy.bin: 0/100 … 100/100 in 16'],
  'wget.txt': ['0/100 … 100/100 in 101'],
  'xz.pty': ['23.8/100 … 100/100 in 5'],
  'yarn.pty': ['2/4 … 2/4 in 1', '5/73 … 72/73 in 13', '3/4 … 4/4 in 2'],
  'yarn.txt': ['2/4 … 4/4 in 3'],
};

/** Different ways to divide the same bytes. */
const chunkings: Record<string, (length: number) => number[]> = {
  'byte by byte': (length) => Array.from({ length }, () => 1),
  'in chunks of 64 bytes': (length) => Array.from({ length: Math.ceil(length / 64) }, () => 64),
  'in growing chunks': (length) => Array.from({ length: Math.ceil(Math.sqrt(2 * length)) + 1 }, (_, n) => n + 1),
  'at once': (length) => [length],
};

function read(bytes: Buffer, sizes: readonly number[]): { phases: string[]; last: Progress | null } {
  const reader = new OutputReader(null);
  const phases: { name: string; first: string; last: string; values: number; share: number }[] = [];
  const record = () => {
    const { progress } = reader;
    if (progress === null) return;
    const [name, value, share] = [
      progress.phase === null ? '' : `${progress.phase}: `,
      `${progress.current}/${progress.total}`,
      progress.current / (progress.total ?? Number.NaN),
    ];
    const before = phases.at(-1);
    if (before === undefined || before.name !== name || share < before.share) {
      phases.push({ name, first: value, last: value, values: 1, share });
    } else if (before.last !== value) Object.assign(before, { last: value, share, values: before.values + 1 });
  };
  let from = 0;
  for (const size of sizes) {
    reader.feed(bytes.subarray(from, from + size));
    from += size;
    record();
  }
  reader.settle();
  record();
  return {
    phases: phases.map(({ name, first, last, values }) => `${name}${first} … ${last} in ${values}`),
    last: reader.progress,
  };
}

describe('the output of real programs', () => {
  it('has an expectation for each recording', () => {
    const recorded = readdirSync(folder).filter((name) => /\.(pty|txt)$/.test(name));
    assert.deepEqual(recorded.toSorted(), Object.keys(expected).toSorted());
  });

  for (const [name, phases] of Object.entries(expected)) {
    it(phases.length === 0 ? `has no progress in ${name}` : `has the expected progress in ${name}`, () => {
      const bytes = readFileSync(join(folder, name));
      assert.deepEqual(read(bytes, chunkings['byte by byte']?.(bytes.length) ?? []).phases, phases);
    });

    it(`has the same final progress no matter how ${name} is divided`, () => {
      const bytes = readFileSync(join(folder, name));
      const results = Object.values(chunkings).map((sizes) => read(bytes, sizes(bytes.length)).last);
      for (const result of results) assert.deepEqual(result, results[0]);
    });
  }
});
