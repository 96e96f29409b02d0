/** A page's only way out: messages to the extension, and the little state the editor keeps for it. */
import type { ErrorBody } from '../shared/errors.ts';
import type { ActionMessage, PageAction, PageMessage, PageState, PanelMessage } from '../shared/panel.ts';

/** What the editor gives a page, once. */
export interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** What an action is about, beside the job of the page. */
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

  /** Keeps what a page needs to come back after it was hidden, or with the editor after a restart. */
  keep(state: PageState): void {
    this.#api.setState(state);
  }

  /** Hands every message from the extension but replies to `take`; those go to who waits for them. */
  listen(source: Window, take: (message: PanelMessage) => void): void {
    source.addEventListener('message', ({ data }: MessageEvent<PanelMessage>) => {
      if (data.type === 'reply') this.#settle(data.requestId, data.ok ? null : data.error);
      else take(data);
    });
  }

  /** Whether an action was asked for and not answered yet. */
  waitsFor(action: PageAction): boolean {
    return [...this.#pending.values()].some((one) => one.action === action);
  }

  /** Has the extension do something. Resolves with what went wrong, or null. */
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
