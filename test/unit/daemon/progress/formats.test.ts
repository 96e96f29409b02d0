import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { read } from './read.ts';

describe('formats of progress', () => {
  for (const [what, output, progress] of [
    ['OSC 9;4, ended by BEL', '\u001b]9;4;1;37\u0007', '37/100'],
    ['OSC 9;4 in the error state, ended by ST', '\u001b]9;4;2;37\u001b\\', '37/100'],
    ['OSC 9;4 instead of anything else', '\u001b]9;4;1;37\u0007\rBuilding [==>   ] 12/45: x\r', '37/100'],
    ['another bar after OSC 9;4 was removed', '\u001b]9;4;1;37\u0007\u001b]9;4;0\u0007[==>  ] 12%\r', '12/100'],
    ['docker build (legacy format)', 'Step 1/7 : FROM a\nStep 3/7 : RUN make all\n', '3/7 | RUN make all'],
    ['buildah', 'STEP 2/7: RUN make\n', '2/7 | RUN make'],
    ['buildkit', '#5 [build 1/4] FROM a\n#6 [build 2/4] RUN make\n', '2/4 | build | RUN make'],
    ['epochs', '2026-03-01 12:00:01 INFO Epoch 3/10 loss 0.25\n', '3/10 | loss 0.25'],
    ['a percentage labeled as progress', 'Progress: 45%\n', '45/100'],
    ['a count labeled as progress', 'Progress: 45 of 90 files\n', '45/90'],
    ['percentages that overwrite each other', '\rUnpacking 3%\rUnpacking 7%\r', '7/100 | Unpacking'],
    ['no percentages that overwrite each other with backspaces', 'Copying 3%\b\b4%\b\b\b12%', null],
    [
      'lines that count up',
      [1, 2, 3, 4, 5, 6].map((n) => `Converted ${n} of 60 pictures\n`).join(''),
      '6/60 | Converted',
    ],
    ['thousands', '[1,200/4,800] page\n[1,300/4,800] page\n', '1300/4800 | page'],
    ['a bar without brackets', 'Indexing ███████░░░ 70%\n', '70/100 | Indexing'],
    ['a bar of bytes', 'a1b2c3: Downloading [=====>     ]  12MB/48MB\r', '25/100 | a1b2c3: Downloading'],
    ['the bar at the end of a very long line', `${'x'.repeat(2_000)} [===>   ] 40%\n`, '40/100'],
  ] as const) {
    it(`recognizes ${what}`, () =>
      assert.ok(read(output)?.startsWith(progress ?? '') ?? progress === null, String(read(output))));
  }
});

describe('output without progress', () => {
  for (const [what, output] of [
    ['a ratio in prose', '3/4 tests failed\n3/4 tests failed\n'],
    [
      'dates',
      '12/24 started\n12/25 started\n12/26 started\n12/27 started\n12/28 started\n12/29 started\n'.replaceAll(
        '/',
        '/20/',
      ),
    ],
    ['paths', [1, 2, 3, 4, 5, 6].map((n) => `src/${n}/40/a.ts compiled\n`).join('')],
    ['addresses', [1, 2, 3, 4, 5, 6].map((n) => `ping 10.0.0.${n}/24\n`).join('')],
    ['versions', [1, 2, 3, 4, 5, 6].map((n) => `Compiling part v1.${n}/2.40\n`).join('')],
    ['a coverage table', 'a.ts |  67% |\nb.ts |  80% |\nc.ts | 100% |\nAll  |  82% |\n'],
    ['a load that goes up and down', [12, 40, 31, 60, 22, 75, 90].map((n) => `cpu ${n}%\n`).join('')],
    ['a value that only seems to grow', [5, 6, 8, 3, 5, 9, 2, 4, 6].map((n) => `level ${n}0%\n`).join('')],
    ['a horizontal rule with a heading', '━━━━━━━━━━━━━ Tests 100% ━━━━━━━━━━━━━\n'],
    ['a count greater than its total', 'Progress: 46/45\n'],
    ['a percentage above 100', '\rDone 101%\rDone 120%\r'],
    ['an invalid sequence', '\u001b]9;4;7;x\u0007\u001b]9;4;1;\u0007\u001b]9;8;1;40\u0007'],
    ['a line without an end', `12% ${'x'.repeat(20_000)} 13%`],
  ] as const) {
    it(`ignores ${what}`, () => assert.equal(read(output), null));
  }
});

describe('the progress of a job', () => {
  const bar = (label: string, ...percents: number[]) => percents.map((n) => `\r${label} [===>    ] ${n}%`).join('');

  it('ignores a lower number', () => {
    assert.equal(read(`${bar('Load', 10, 60, 40, 61, 30, 50)}\r`), '61/100 | Load');
  });

  it('restarts with the next file of the same name', () => {
    assert.equal(read(`${bar('Load', 10, 60, 100)}\n${bar('Load', 2)}\r`), '2/100 | Load');
  });

  it('moves on to the next phase when the current one is nearly done', () => {
    assert.equal(read(`${bar('Load', 10, 97)}\n${bar('Save', 5)}\r`), '5/100 | Save');
  });

  it('shows the outer of two bars, and names the inner one', () => {
    const batches = `\n${bar('Batches', 0, 50, 100)}\r\u001b[A`;
    const output = [0, 25, 50].map((n) => `${bar('Epochs', n)}${batches}`).join('');
    assert.equal(read(output), '50/100 | Epochs | Batches');
  });

  it('leaves a bar that is not redrawn anymore', () => {
    assert.equal(read(`${bar('Load', 10, 50)}\n${bar('Save', 5, 6, 7)}\r`), '7/100 | Save');
  });

  it('accepts a lower number that persists', () => {
    assert.equal(read(`${bar('Load', 80, 20, 21, 22)}\r`), '22/100 | Load');
  });

  it('retracts numbers that turn out not to be progress', () => {
    const up = [1, 2, 3, 4, 5, 6].map((n) => `level ${n * 8}%\n`).join('');
    assert.equal(read(up), '48/100 | level');
    assert.equal(read(`${up}level 30%\nlevel 20%\nlevel 25%\nlevel 30%\nlevel 20%\n`) === '30/100 | level', false);
  });

  it('does not go back when the total grows', () => {
    assert.equal(read('[5/10] a\n[6/10] a\n[7/10] a\n[8/10] link\n[9/10] pack\n[10/20] more\n'), '9/10 | more');
  });
});
