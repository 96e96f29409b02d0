/**
 * A remote engine controlled by a test, which replaces the bundles `celery.js` and `inngest.js` of a daemon. It reports
 * what `scripted.json` in the daemon's home contains for each engine, and logs its calls to `calls.jsonl` there.
 */
const { appendFileSync, readFileSync, watch } = require('node:fs');
const { basename, join } = require('node:path');

const home = process.env.JOBDECK_HOME;
const engine = basename(__filename, '.js');

/** Engine bundles have a separate copy of this class. */
class JobdeckError extends Error {
  [Symbol.for('jobdeck.error')] = true;

  constructor(code, message, hint) {
    super(message);
    Object.assign(this, { name: 'JobdeckError', code, hint });
  }

  toBody() {
    return { code: this.code, message: this.message, hint: this.hint };
  }
}

/** Text without a code, as a message. */
const text = (message) => ({ code: 'text', params: {}, message });

const failed = (message, hint) => new JobdeckError('CONNECTION_FAILED', message, hint);

exports.test = async ({ url, settings = {} }) => {
  const { hostname, host, password } = new URL(url);
  if (hostname === 'nowhere')
    throw failed(`Could not reach ${host}.`, 'Check that it is running and that the port is correct.');
  if (password === 'wrong') throw failed(`${host} rejected the password.`, 'Correct it in the address.');
  if (settings.signingKey === 'wrong') throw failed(`${host} rejected the signing key.`, 'Look it up in its settings.');
  if (settings.resultBackend?.includes('nowhere'))
    throw failed('Could not reach the result backend.', 'Correct the address.');
  return {
    version: '7.2',
    notes: settings.resultBackend || engine === 'inngest' ? [] : [text('Results are read from the broker.')],
  };
};

exports.open = (_settings, deps) => new ScriptedEngine(deps);

class ScriptedEngine {
  #deps;
  #status = {
    state: 'connecting',
    problem: null,
    confirmedAt: null,
    version: '7.2',
    notes: [],
    workers: [],
    queues: [],
  };
  #watcher;
  #lastScript = '';
  #ids = 0;

  constructor(deps) {
    this.#deps = deps;
  }

  start() {
    this.#updateStatus({});
    this.#watcher = watch(home, (_event, name) => name === 'scripted.json' && this.#read());
    this.#updateStatus({ state: 'connected', confirmedAt: Date.now() });
    this.#read();
  }

  async reconcile() {
    this.#call('reconcile');
    this.#updateStatus({ confirmedAt: Date.now() });
  }

  async targets(prefix) {
    const names =
      engine === 'celery' ? ['tasks.add', 'tasks.mul', 'emails.send'] : ['shop/send-receipt', 'shop/nightly'];
    return names
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ kind: engine === 'celery' ? 'task' : 'function', name, title: null }));
  }

  async prepare(request) {
    const name = request.task ?? request.function ?? request.event;
    return { externalId: null, fact: { title: name, type: name, commandLine: `${name}()`, input: request } };
  }

  async submit(request) {
    this.#call('submit', request);
    return { externalId: this.#begin() };
  }

  async cancel(job) {
    this.#call('cancel', job.externalId);
    await this.#take([{ externalId: job.externalId, status: 'cancelled' }]);
  }

  async retry(job, { fromStep }) {
    this.#call('retry', job.externalId, fromStep ?? null);
    return { externalId: this.#begin() };
  }

  async close() {
    this.#watcher?.close();
  }

  /** A new run, which starts immediately. */
  #begin() {
    this.#ids += 1;
    const externalId = `${engine}-${Date.now()}-${this.#ids}`;
    setTimeout(() => void this.#take([{ externalId, status: 'running', worker: 'celery@one' }]), 50);
    return externalId;
  }

  /** Reports the test's script once. */
  #read() {
    try {
      const content = readFileSync(join(home, 'scripted.json'), 'utf8');
      const script = JSON.stringify(JSON.parse(content)[engine] ?? {});
      if (script === this.#lastScript) return;
      this.#lastScript = script;
    } catch {
      return; // Missing or incomplete.
    }
    const { status = {}, facts = [] } = JSON.parse(this.#lastScript);
    this.#updateStatus(status);
    void this.#take(facts);
  }

  async #take(facts) {
    const at = Date.now();
    const whole = facts.map((fact) => ({
      source: 'event',
      at,
      limits: { cancel: null, retry: null, retryFromStep: engine === 'inngest' ? null : text('Celery has no steps.') },
      ...fact,
    }));
    await this.#deps.reports.take(whole);
  }

  #updateStatus(part) {
    this.#status = { ...this.#status, ...part };
    this.#deps.reports.status(this.#status);
  }

  #call(...call) {
    appendFileSync(join(home, 'calls.jsonl'), `${JSON.stringify(call)}\n`);
  }
}
