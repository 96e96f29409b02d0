/** A log as a JSON document, written as it comes: a log may be larger than what fits into memory. */
import { StringDecoder } from 'node:string_decoder';
import type { Output } from '../output/output.ts';
import { toErrorBody, toJson } from '../output/output.ts';

export class LogDocument {
  readonly #out: Output;
  readonly #head: { id: string; attempt: number; offset: number };
  readonly #decoder = new StringDecoder('utf8');
  #begun = false;
  #size: number;

  constructor(out: Output, head: { id: string; attempt: number; offset: number }) {
    this.#out = out;
    this.#head = head;
    this.#size = head.offset;
  }

  /** Whether something of it is on stdout, so that it has to be brought to its end. */
  get begun(): boolean {
    return this.#begun;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length;
    await this.#text(this.#decoder.write(Buffer.from(bytes)));
  }

  /** Ends it. `ended`: nothing can follow. `error`: what kept the rest away. */
  async end(ended: boolean, error?: unknown): Promise<void> {
    await this.#text(this.#decoder.end());
    const rest = { size: this.#size, ended, ...(error === undefined ? {} : { error: toErrorBody(error) }) };
    await this.#out.write(`",${JSON.stringify(rest).slice(1)}\n`);
  }

  async #text(text: string): Promise<void> {
    const start = this.#begun ? '' : `${JSON.stringify(this.#head).slice(0, -1)},"text":"`;
    this.#begun = true;
    if (start !== '' || text !== '') await this.#out.write(start + toJson(text).slice(1, -1));
  }
}
