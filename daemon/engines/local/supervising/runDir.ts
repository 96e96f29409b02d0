/** The folder that contains all run folders. */
import { mkdirSync } from 'node:fs';
import { identityOf } from '../processes/launchProof.ts';

/**
 * A running daemon notices a moment later that its home was moved. Until then, files that are missing at the old path say
 * nothing about a launch, and a launch there would be unknown to the daemon that uses the home at its new path.
 */
export class RunDir {
  readonly path: string;
  #identity: string | null = null;

  constructor(path: string) {
    this.path = path;
    try {
      this.#open();
    } catch {
      // The disk is full or failing. The next call of `verify` tries again.
    }
  }

  /** Whether this folder is no longer at its path. */
  get wasMoved(): boolean {
    return this.#identity !== null && identityOf(this.path) !== this.#identity;
  }

  /** @throws Error if this folder is no longer at its path, or can't be created */
  verify(): void {
    this.#open();
    if (this.wasMoved) throw new Error(`The folder ${this.path} was moved or deleted.`);
  }

  #open(): void {
    if (this.#identity !== null) return;
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    this.#identity = identityOf(this.path);
  }
}
