/** Limits the number of connections. Connections that have not authenticated are dropped first. */
import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { requestProblem } from '../../../shared/messages/requests.ts';

/** Connections that have sent an authorized request. */
const maxAuthenticated = 512;
/** Connections beyond that for requests that find out why, or help: each is closed after one reply. */
const maxReserved = 32;
/** Connections that have not, or not yet. Any user of the machine can open them, and many clients may connect at once. */
const maxUnauthenticated = 512;
/** Unanswered requests on one connection: each may hold a reply that the client never reads. */
const maxPending = 16;

export class Sockets {
  /** Oldest first. */
  readonly #unauthenticated = new Set<Duplex>();
  /** With the number of their pending requests. */
  readonly #authenticated = new Map<Duplex, number>();

  attach(server: Server): void {
    // Node closes connections beyond this at once. It also counts connections that are about to close.
    server.maxConnections = 2 * maxUnauthenticated + maxAuthenticated + maxReserved;
    server.on('connection', (socket) => {
      this.#unauthenticated.add(socket);
      socket.once('close', () => {
        this.#unauthenticated.delete(socket);
        this.#authenticated.delete(socket);
      });
      // Idle connections must not lock out new clients.
      const [oldest] = this.#unauthenticated;
      if (this.#unauthenticated.size > maxUnauthenticated) oldest?.destroy();
    });
  }

  /**
   * Marks a connection as authenticated, so that it may stay. Returns whether it is one of those that are reserved for
   * `urgent` requests, which must be closed after the reply.
   * @throws JobdeckError TOO_MANY_CONNECTIONS
   */
  admit(socket: Duplex, urgent = false): boolean {
    if (!this.#unauthenticated.has(socket)) return false;
    const isFull = this.#authenticated.size >= maxAuthenticated;
    if (isFull && !(urgent && this.#authenticated.size < maxAuthenticated + maxReserved)) {
      throw requestProblem('TOO_MANY_CONNECTIONS', { limit: maxAuthenticated });
    }
    this.#unauthenticated.delete(socket);
    this.#authenticated.set(socket, 0);
    return isFull;
  }

  /**
   * Counts a request as begun. Call the returned function when it ends.
   * @throws JobdeckError TOO_MANY_CONNECTIONS
   */
  begin(socket: Duplex): () => void {
    const pending = this.#authenticated.get(socket);
    if (pending === undefined) return () => undefined;
    if (pending >= maxPending) throw requestProblem('TOO_MANY_CONNECTIONS/requests', { limit: maxPending });
    this.#authenticated.set(socket, pending + 1);
    return () => {
      const now = this.#authenticated.get(socket);
      if (now !== undefined) this.#authenticated.set(socket, now - 1);
    };
  }
}
