/** A proxy between the clients and the current daemon that cuts or stalls their connections. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { DaemonAddress } from '../../shared/client/http.ts';
import { proofOf } from '../../shared/client/proof.ts';
import { proofHeaders } from '../../shared/wire.ts';

const challengeLine = new RegExp(`${proofHeaders.challenge}: ([^\\r\\n]+)`, 'i');
const proofLine = new RegExp(`${proofHeaders.proof}: ([^\\r\\n]+)`, 'i');

interface Pair {
  client: Socket;
  daemon: Socket | null;
}

export class Relay {
  readonly #server: Server;
  readonly #daemon: () => Promise<DaemonAddress | null>;
  readonly #pairs = new Set<Pair>();
  #stalled = false;

  /** `daemon` returns the current address of the daemon, or null. */
  constructor(daemon: () => Promise<DaemonAddress | null>) {
    this.#daemon = daemon;
    this.#server = createServer((client) => void this.#serve(client));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The relay is not listening.');
    return address.port;
  }

  /** Closes all connections, or resets them. */
  cut(rudely: boolean): void {
    for (const { client, daemon } of this.#pairs) {
      for (const socket of [client, daemon]) {
        if (rudely) socket?.resetAndDestroy();
        else socket?.destroy();
      }
    }
  }

  /** Stops forwarding in both directions without notice, until `resume`. */
  stall(): void {
    this.#stalled = true;
    for (const pair of this.#pairs) this.#apply(pair);
  }

  resume(): void {
    this.#stalled = false;
    for (const pair of this.#pairs) this.#apply(pair);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.cut(false);
    await once(this.#server, 'close');
  }

  async #serve(client: Socket): Promise<void> {
    const pair: Pair = { client, daemon: null };
    this.#pairs.add(pair);
    client.on('error', () => {});
    client.on('close', () => {
      this.#pairs.delete(pair);
      pair.daemon?.destroy();
    });
    client.pause();
    const address = await this.#daemon();
    if (address === null || client.destroyed) {
      client.destroy();
      return;
    }
    const { port, token } = address;
    const daemon = connect(port, '127.0.0.1');
    pair.daemon = daemon;
    daemon.on('error', () => {});
    daemon.on('close', () => client.destroy());
    // The daemon only accepts its own address in the Host header at the start of a request.
    const [given, own] = [`127.0.0.1:${this.port}`, `127.0.0.1:${port}`];
    let challenge: string | null = null;
    client.on('data', (bytes) => {
      challenge ??= challengeLine.exec(bytes.toString('latin1'))?.[1] ?? null;
      const at = bytes.indexOf(given);
      const rest =
        at < 0 ? bytes : Buffer.concat([bytes.subarray(0, at), Buffer.from(own), bytes.subarray(at + given.length)]);
      if (!daemon.write(rest)) client.pause();
    });
    daemon.on('drain', () => this.#apply(pair));
    daemon.on('data', (bytes) => {
      // A proof is valid for one port. The relay uses another one, so it creates proofs with the daemon's token.
      const proof = challenge === null ? undefined : proofLine.exec(bytes.toString('latin1'))?.[1];
      const proven =
        challenge === null || proof === undefined
          ? bytes
          : Buffer.from(bytes.toString('latin1').replace(proof, proofOf(token, this.port, challenge)), 'latin1');
      if (proof !== undefined) challenge = null;
      if (!client.write(proven)) daemon.pause();
    });
    client.on('drain', () => this.#apply(pair));
    this.#apply(pair);
  }

  #apply({ client, daemon }: Pair): void {
    for (const socket of [client, daemon]) {
      if (this.#stalled || daemon === null) socket?.pause();
      else socket?.resume();
    }
  }
}
