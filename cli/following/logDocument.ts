/** A log as a JSON document, written in parts because a log may not fit into memory. */
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

  /** Whether part of the document has been written, so that it must be completed. */
  get begun(): boolean {
    return this.#begun;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#size += bytes.length;
    await this.#text(this.#decoder.write(Buffer.from(bytes)));
  }

  /** Completes the document. `ended`: the log can’t grow. `error`: why the rest is missing. */
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
