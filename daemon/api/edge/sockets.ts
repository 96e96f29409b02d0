/** How many connections there may be, and who has to go for whom: who has shown no token yet goes first. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { JobdeckError } from '../../../shared/errors.ts';

/** Connections that have passed the edge. */
const mostKnown = 512;
/** Connections that have not, or not yet. Any user of the machine can make them; many clients may come at once. */
const mostStrangers = 512;
/** Requests of a connection that are not answered yet: each may hold a reply that is never read. */
const mostUnderWay = 16;

export class Sockets {
  /** In the order in which they came. */
  readonly #strangers = new Set<Duplex>();
  /** With the number of their requests under way. */
  readonly #known = new Map<Duplex, number>();

  attach(server: Server): void {
    // Beyond it the system closes new ones at once, with those that are about to be closed counted.
    server.maxConnections = 2 * mostStrangers + mostKnown;
    server.on('connection', (socket) => {
      this.#strangers.add(socket);
      socket.once('close', () => {
        this.#strangers.delete(socket);
        this.#known.delete(socket);
      });
      // Nobody can be kept out by connections that are only held.
      const [oldest] = this.#strangers;
      if (this.#strangers.size > mostStrangers) oldest?.destroy();
    });
  }

  /**
   * Takes a connection over which a request has passed the edge for one that may stay.
   * @throws JobdeckError TOO_MANY_CONNECTIONS
   */
  admit(socket: Duplex): void {
    if (!this.#strangers.has(socket)) return;
    if (this.#known.size >= mostKnown) throw tooMany(`The daemon already has ${mostKnown} connections.`);
    this.#strangers.delete(socket);
    this.#known.set(socket, 0);
  }

  /**
   * A request begins; returns what to call at its end.
   * @throws JobdeckError TOO_MANY_CONNECTIONS
   */
  begin(socket: Duplex): () => void {
    const underWay = this.#known.get(socket);
    if (underWay === undefined) return () => undefined;
    if (underWay >= mostUnderWay) throw tooMany(`There are ${mostUnderWay} requests on this connection already.`);
    this.#known.set(socket, underWay + 1);
    return () => {
      const now = this.#known.get(socket);
      if (now !== undefined) this.#known.set(socket, now - 1);
    };
  }
}

function tooMany(message: string): JobdeckError {
  return new JobdeckError(
    'TOO_MANY_CONNECTIONS',
    message,
    'Close editor windows, commands that follow jobs, or programs that report.',
  );
}
