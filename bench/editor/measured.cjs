/**
 * What the editor loads in place of dist/extension.cjs while it is measured (see measuredExtension.ts): the same, with a
 * note of what its activation took, and of the memory in use whenever somebody asks.
 */
const { readFileSync, rmSync, watch, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setTimeout: wait } = require('node:timers/promises');
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

let busyMs = 0;

/** Does something at once, and counts how long it kept the extension host. */
function counted(act) {
  const began = performance.now();
  const result = act();
  busyMs += performance.now() - began;
  return result;
}

const extension = counted(() => require('./dist/extension.cjs'));

exports.activate = (context) => {
  const api = counted(() => extension.activate(context));
  writeFileSync(join(__dirname, 'activation.json'), JSON.stringify({ ms: busyMs }));
  answerQuestions();
  return api;
};

exports.deactivate = () => extension.deactivate();

/** Whoever writes `question` gets its text back in `memory.json`, with the bytes in use once all garbage is collected. */
function answerQuestions() {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  watch(__dirname, async (_, name) => {
    if (name !== 'question') return;
    let question;
    try {
      question = readFileSync(join(__dirname, 'question'), 'utf8');
    } catch {
      return;
    }
    rmSync(join(__dirname, 'question'));
    // More than once: what holds memory outside of the heap lets go of it after a collection.
    for (let n = 0; n < 3; n += 1) {
      collect();
      await wait(200);
    }
    const { heapUsed, external } = process.memoryUsage();
    writeFileSync(join(__dirname, 'memory.json'), JSON.stringify({ question, bytes: heapUsed + external }));
  });
}
