/**
 * Loaded by the editor in place of dist/extension.cjs during the benchmark (see measuredExtension.ts). It wraps the
 * real extension, records how long activation took, and reports the memory in use on request.
 */
const { readFileSync, rmSync, watch, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: wait } = require('node:timers/promises');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

let busyMs = 0;

/** Runs synchronous code and adds the time it blocked the extension host. */
function timed(run) {
  const began = performance.now();
  const result = run();
  busyMs += performance.now() - began;
  return result;
}

const extension = timed(() => require('./dist/extension.cjs'));

exports.activate = (context) => {
  const api = timed(() => extension.activate(context));
  writeFileSync(join(__dirname, 'activation.json'), JSON.stringify({ ms: busyMs }));
  serveMemoryRequests();
  return api;
};

exports.deactivate = () => extension.deactivate();

/** Answers each ID written to `request` in `memory.json`, with the bytes in use after garbage collection. */
function serveMemoryRequests() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  watch(__dirname, async (_, name) => {
    if (name !== 'request') return;
    let requestId;
    try {
      requestId = readFileSync(join(__dirname, 'request'), 'utf8');
    } catch {
      return;
    }
    rmSync(join(__dirname, 'request'));
    // Several passes, because memory outside the heap is released only after a collection.
    for (let n = 0; n < 3; n += 1) {
      collect();
      await wait(200);
    }
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(join(__dirname, 'memory.json'), JSON.stringify({ requestId, bytes: heapUsed + external }));
  });
}
