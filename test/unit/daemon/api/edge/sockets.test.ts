import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { Duplex } from 'node:stream';
import { describe, it } from 'mocha';
import { Sockets } from '../../../../../daemon/api/edge/sockets.ts';

describe('the connections of the daemon', () => {
  const server = new EventEmitter();
  const sockets = new Sockets();
  sockets.attach(server as Server);

  /** A new connection, and what became of its first authorized request. */
  function admit(urgent: boolean): 'open' | 'reserved' | 'refused' {
    const socket = new Duplex();
    server.emit('connection', socket);
    try {
      return sockets.admit(socket, urgent) ? 'reserved' : 'open';
    } catch {
      return 'refused';
    }
  }

  it('are limited, with some reserved for urgent requests', () => {
    const count = (urgent: boolean, outcome: string) => {
      let number = 0;
      while (admit(urgent) === outcome) number += 1;
      return number;
    };
    assert.equal(count(false, 'open'), 512);
    assert.equal(count(true, 'reserved'), 32);
    assert.equal(admit(true), 'refused');
  });
});
