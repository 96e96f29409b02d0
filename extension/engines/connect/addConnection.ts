/**
 * The dialog “Add Connection…”: asks for the settings step by step and lets the daemon test them. URLs and keys are
 * passed to the daemon and not stored here.
 */
import * as vscode from 'vscode';
import type { DaemonClient } from '../../../shared/client/http.ts';
import type { Connection, RemoteEngineName } from '../../../shared/connection.ts';
import { engineName } from '../../../shared/connectionWords.ts';
import { escapeLinks, problemText, type Translate } from '../../base/text.ts';
import { type Ask, askAll, askListStep, askTextStep } from '../../commandKit/dialogSteps.ts';
import { toJobdeckError } from '../../daemon/failure.ts';
import {
  addressProblem,
  type ConnectionAnswers,
  freeName,
  nameProblem,
  resultsProblem,
  settingsOf,
  usualAddress,
} from './connectionAnswers.ts';

export interface AddDeps {
  /** The existing connections. */
  readonly existing: readonly Connection[];
  /** Sends a request to the daemon. */
  send<T>(ask: (client: DaemonClient) => Promise<T>): Promise<T>;
  /** Called when a connection was added. The dialog may have been closed in the meantime. */
  made(connection: Connection): void;
  readonly t: Translate;
}

/** Shows the dialog until a connection was added or the dialog was dismissed. */
export async function addConnection(deps: AddDeps): Promise<void> {
  const dialog = new AddDialog(deps);
  await askAll(
    (at) => dialog.steps[at],
    () => dialog.steps.length,
  );
}

class AddDialog {
  readonly #deps: AddDeps;
  readonly #answers: ConnectionAnswers = {
    engine: 'celery',
    name: '',
    url: '',
    readOnly: false,
    resultBackend: '',
    signingKey: '',
    eventKey: '',
  };

  constructor(deps: AddDeps) {
    this.#deps = deps;
  }

  /** The steps in order. They depend on the selected engine. */
  get steps(): Ask[] {
    const own = { celery: [this.#results], inngest: [this.#signingKey, this.#eventKey] }[this.#answers.engine];
    return [this.#engine, this.#name, this.#access, this.#address, ...own];
  }

  readonly #engine: Ask = async (place) => {
    const { t } = this.#deps;
    const items: (vscode.QuickPickItem & { engine: RemoteEngineName })[] = [
      { engine: 'celery', label: engineName('celery'), description: t('Python tasks, over Redis or RabbitMQ') },
      {
        engine: 'inngest',
        label: engineName('inngest'),
        description: t('functions on a dev server, self-hosted or in the cloud'),
      },
    ];
    const active = items.find(({ engine }) => engine === this.#answers.engine);
    const title = t('Add Connection');
    const answer = await askListStep({
      ...place,
      title,
      items,
      active,
      placeholder: t('Select an engine to connect to'),
    });
    if (answer.to === 'next' && answer.value.engine !== this.#answers.engine) {
      Object.assign(this.#answers, { engine: answer.value.engine, name: '', url: '' });
    }
    return answer;
  };

  readonly #name: Ask = async (place) => {
    const { t, existing } = this.#deps;
    const taken = existing.map(({ name }) => name);
    const answer = await askTextStep({
      ...place,
      title: this.#title(),
      prompt: t('Name of the connection, such as prod'),
      value: this.#answers.name || freeName(this.#answers.engine, taken),
      check: (text) => nameProblem(text, t) ?? this.#replaces(text.trim()),
    });
    if (answer.to !== 'away') this.#answers.name = (answer.value ?? '').trim();
    return answer;
  };

  readonly #access: Ask = async (place) => {
    const { t } = this.#deps;
    const items = [
      { label: t('Full Access'), description: t('run, cancel and retry jobs'), readOnly: false },
      { label: t('Read-Only'), description: t('view jobs only'), readOnly: true },
    ];
    const active = items.find(({ readOnly }) => readOnly === this.#answers.readOnly);
    const placeholder = t('Select an access level');
    const answer = await askListStep({ ...place, title: this.#title(), items, active, placeholder });
    if (answer.to === 'next') this.#answers.readOnly = answer.value.readOnly;
    return answer;
  };

  readonly #address: Ask = async (place) => {
    const { t } = this.#deps;
    const { engine } = this.#answers;
    const prompt =
      engine === 'celery' ? t('URL of the broker, with user name and password if required') : t('URL of the server');
    const answer = await askTextStep({
      ...place,
      title: this.#title(),
      prompt,
      value: this.#answers.url || usualAddress[engine],
      hide: { show: t('Show Text'), hide: t('Hide Text') },
      check: (text) => addressProblem(engine, text, t),
      // A broker can be tested right away. A server may need keys, which are asked for next.
      ...(engine === 'celery' ? { tried: (url: string) => this.#try({ url }, true) } : {}),
    });
    if (answer.to !== 'away') this.#answers.url = answer.value ?? '';
    return answer;
  };

  readonly #results: Ask = async (place) => {
    const { t } = this.#deps;
    const answer = await askTextStep({
      ...place,
      title: this.#title(),
      value: this.#answers.resultBackend,
      prompt: t('URL of the result backend. Leave empty to use the broker if it is Redis.'),
      hide: { show: t('Show Text'), hide: t('Hide Text') },
      check: (text) => resultsProblem(text, t),
      tried: (resultBackend) => this.#try({ resultBackend }, false),
    });
    if (answer.to !== 'away') this.#answers.resultBackend = answer.value ?? '';
    return answer;
  };

  readonly #signingKey: Ask = async (place) => {
    const { t } = this.#deps;
    const answer = await askTextStep({
      ...place,
      title: this.#title(),
      value: this.#answers.signingKey,
      secret: true,
      prompt: t('Signing key or API key. Leave empty for a dev server.'),
    });
    if (answer.to !== 'away') this.#answers.signingKey = answer.value ?? '';
    return answer;
  };

  readonly #eventKey: Ask = async (place) => {
    const { t } = this.#deps;
    const answer = await askTextStep({
      ...place,
      title: this.#title(),
      value: this.#answers.eventKey,
      secret: true,
      prompt: t('Event key for sending events. Leave empty for a dev server.'),
      tried: (eventKey) => this.#try({ eventKey }, false),
    });
    if (answer.to !== 'away') this.#answers.eventKey = answer.value ?? '';
    return answer;
  };

  /** Lets the daemon test the settings and, unless `dryRun`, save them. Returns an error message, if any. */
  async #try(latest: Partial<ConnectionAnswers>, dryRun: boolean): Promise<string | undefined> {
    Object.assign(this.#answers, latest);
    const { name } = this.#answers;
    try {
      const connection = await this.#deps.send((client) =>
        client.setConnection(name, settingsOf(this.#answers), dryRun),
      );
      if (!dryRun) this.#deps.made(connection);
      return undefined;
    } catch (error) {
      return escapeLinks(problemText(toJobdeckError(error), this.#deps.t));
    }
  }

  #title(): string {
    return this.#deps.t('Add Connection to {0}', engineName(this.#answers.engine));
  }

  #replaces(name: string): vscode.InputBoxValidationMessage | undefined {
    const { existing, t } = this.#deps;
    if (!existing.some((connection) => connection.name === name)) return undefined;
    return {
      message: t('This name is in use. The connection will be replaced.'),
      severity: vscode.InputBoxValidationSeverity.Warning,
    };
  }
}
