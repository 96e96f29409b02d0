import assert from 'node:assert/strict';
import { LogDocument } from '../../../cli/following/logDocument.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import { makeOutput } from './outputs.ts';

describe('a log as a JSON document', () => {
  async function written(parts: Uint8Array[], end: [boolean, unknown?]): Promise<unknown> {
    const { out, stdout } = makeOutput(true);
    const document = new LogDocument(out, { id: 'j1', attempt: 2, offset: 5 });
    for (const part of parts) await document.write(part);
    await document.end(...end);
    return JSON.parse(stdout.text);
  }

  it('joins text that is split anywhere', async () => {
    const bytes = Buffer.from('é"\\\n\u001b[0m日');
    const parts = [...bytes].map((byte) => Uint8Array.of(byte));
    assert.deepEqual(await written(parts, [true]), {
      id: 'j1',
      attempt: 2,
      offset: 5,
      text: bytes.toString(),
      size: 5 + bytes.length,
      ended: true,
    });
  });

  it('is complete without text', async () => {
    const empty = { id: 'j1', attempt: 2, offset: 5, text: '', size: 5, ended: false };
    assert.deepEqual(await written([], [false]), empty);
  });

  it('contains the error that ended it', async () => {
    const error = new JobdeckError({ code: 'DAEMON_UNREACHABLE', message: 'Gone.', hint: null });
    assert.deepEqual(await written([Buffer.from('a')], [false, error]), {
      id: 'j1',
      attempt: 2,
      offset: 5,
      text: 'a',
      size: 6,
      ended: false,
      error: { code: 'DAEMON_UNREACHABLE', message: 'Gone.', hint: null },
    });
  });
});
