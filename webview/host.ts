/** A page's connection to the extension: messages, and the state that the editor keeps. */
import type { ErrorBody } from '../shared/errors.ts';
import type { ActionMessage, PageAction, PageMessage, PageState, PanelMessage } from '../shared/panel.ts';

/** The API that the editor provides to a page, once. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** The target of an action, if it isn't just the page's job. */
export type ActionTarget = Partial<Pick<ActionMessage, 'jobId' | 'attempt' | 'stepId'>>;

export class Host {
  readonly #api: EditorApi;
  readonly #pending = new Map<number, { action: PageAction; settle: (error: ErrorBody | null) => void }>();
  #requests = 0;

  constructor(api: EditorApi) {
    this.#api = api;
  }

  send(message: PageMessage): void {
    this.#api.postMessage(message);
  }

  /** Saves the state from which the page is restored after it was hidden or the editor restarted. */
  keep(state: PageState): void {
    this.#api.setState(state);
  }

  /** Passes all messages from the extension to `take`, except replies, which settle their actions. */
  listen(source: Window, take: (message: PanelMessage) => void): void {
    source.addEventListener('message', ({ data }: MessageEvent<PanelMessage>) => {
      if (data.type === 'reply') this.#settle(data.requestId, data.ok ? null : data.error);
      else take(data);
    });
  }

  /** Whether an action is in progress. */
  waitsFor(action: PageAction): boolean {
    return [...this.#pending.values()].some((one) => one.action === action);
  }

  /** Requests an action from the extension. Resolves with the error, or null. */
  act(
    action: PageAction,
    { jobId = null, attempt = null, stepId = null }: ActionTarget = {},
  ): Promise<ErrorBody | null> {
    this.#requests += 1;
    const requestId = this.#requests;
    const reply = new Promise<ErrorBody | null>((settle) => this.#pending.set(requestId, { action, settle }));
    this.send({ type: 'action', requestId, action, jobId, attempt, stepId });
    return reply;
  }

  #settle(requestId: number, error: ErrorBody | null): void {
    this.#pending.get(requestId)?.settle(error);
    this.#pending.delete(requestId);
  }
}
