/**
 * Loaded into the daemon before anything else (`NODE_OPTIONS=--require`): its wall clock is that of the machine plus as
 * many milliseconds as the file named by JOBDECK_TORTURE_CLOCK says, which it looks at all the time. Timers, files and
 * other processes keep the machine's time, as they do when somebody sets a clock.
 */
const { readFileSync } = require('node:fs');

const file = process.env.JOBDECK_TORTURE_CLOCK;
const Machine = Date;
const machineNow = Date.now;
let offset = 0;

function look() {
  const text = readFileSync(file, 'utf8');
  // Empty in the moment in which it is written.
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
look();
setInterval(look, 10).unref();
