/**
 * Preloaded into the daemon with `NODE_OPTIONS=--require`. Shifts its wall clock by the milliseconds in the file named by
 * JOBDECK_TORTURE_CLOCK, which it polls. As when a user changes the clock, timers, files and other processes keep the
 * machine's time.
 */
const { readFileSync } = require('node:fs');

const file = process.env.JOBDECK_TORTURE_CLOCK;
const Machine = Date;
const machineNow = Date.now;
let offset = 0;

function readOffset() {
  const text = readFileSync(file, 'utf8');
  // Empty while it is being written.
  if (text !== '') offset = Number(text);
}

class Moved extends Machine {
  constructor(...args) {
    if (args.length === 0) super(machineNow() + offset);
    else super(...args);
  }
  static now() {
    return machineNow() + offset;
  }
}
globalThis.Date = Moved;
readOffset();
setInterval(readOffset, 10).unref();
