import assert from 'node:assert/strict';
import { makeOutput } from './outputs.ts';

const [red, reset] = ['\u001b[31m', '\u001b[0m\u001b[?25h'];

describe('the output of a job on a terminal', () => {
  it('leaves no color and no hidden cursor behind', async () => {
    for (const text of [`${red}x`, '\u001b[?25lx', '\u001b[?1049h\u001b[?2004h\u001b[?1000hx']) {
      const { out, stdout } = makeOutput(false, true);
      await out.writeLog(Buffer.from(text));
      out.endLog();
      out.endLog();
      assert.equal(stdout.text, `${text.startsWith(red) ? red : ''}x${reset}`);
    }
  });

  it('is not followed by anything if it was plain', async () => {
    const { out, stdout } = makeOutput(false, true);
    await out.writeLog(Buffer.from('plain\n'));
    out.endLog();
    assert.equal(stdout.text, 'plain\r\n');
  });

  it('may end within a sequence or a character', async () => {
    const { out, stdout } = makeOutput(false, true);
    await out.writeLog(Buffer.concat([Buffer.from(`${red}x`), Buffer.from([0xe2, 0x82])]));
    await out.writeLog(Buffer.from('\u001b]0;title'));
    out.endLog();
    await out.writeLog(Buffer.from('next'));
    assert.equal(stdout.text, `${red}x\ufffd${reset}next`);
  });

  it('does not color notes and results after it', async () => {
    const { out, stdout, stderr } = makeOutput(false, true);
    await out.writeLog(Buffer.from(red));
    out.note('done');
    assert.equal(stdout.text, red + reset);
    await out.writeLog(Buffer.from(red));
    out.lines(['result']);
    assert.equal(stdout.text, `${red}${reset}${red}${reset}result\n`);
    assert.equal(stderr.text, 'jobdeck: done\n');
  });

  it('is reset on stderr with --json', async () => {
    const { out, stdout, stderr } = makeOutput(true, true);
    await out.writeLog(Buffer.from(red));
    out.document(1);
    assert.deepEqual([stdout.text, stderr.text], ['1\n', red + reset]);
  });

  it('is unchanged in files', async () => {
    const { out, stdout } = makeOutput(false);
    await out.writeLog(Buffer.from(`${red}x\u001b[?25l`));
    out.endLog();
    assert.equal(stdout.text, `${red}x\u001b[?25l`);
  });
});
