/** Outputs that record their text. */
import { Output } from '../../../cli/output/output.ts';
import type { Sink } from '../../../cli/output/sink.ts';

class Written implements Sink {
  readonly isTTY: boolean;
  text = '';
  constructor(isTTY = false) {
    this.isTTY = isTTY;
  }
  write(data: string | Uint8Array, done?: () => void): boolean {
    this.text += typeof data === 'string' ? data : Buffer.from(data).toString();
    done?.();
    return true;
  }
}

export function makeOutput(json: boolean, isTTY = false) {
  const [stdout, stderr] = [new Written(isTTY), new Written(isTTY)];
  return { stdout, stderr, out: new Output(stdout, stderr, { NO_COLOR: '1' }, json) };
}
