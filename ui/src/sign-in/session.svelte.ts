// Who looks at the page: asked once, signed in, signed out.

import type { VisitorAnswer } from '@mosaic/wire';
import { ask, type Fetch, send } from '../api/ask.ts';
import { Unanswered } from '../api/problem.ts';
import { onSignedOut, signedOut } from './signed-out.ts';
import { texts } from './texts.ts';

const SESSIONS = '/api/v1/sessions';

export class Session {
  readonly #fetch: Fetch;
  #isSignedOut = $state(false);
  #visitor = $state.raw<VisitorAnswer | undefined>(undefined);
  #isAsking = $state(false);
  #refusal = $state<string | undefined>(undefined);
  /** Epoch ms until which the server takes no more tries. */
  #waitUntil = $state(0);

  constructor(fetcher: Fetch = (...asked) => fetch(...asked)) {
    this.#fetch = fetcher;
  }

  get isSignedOut(): boolean {
    return this.#isSignedOut;
  }
  /** Undefined while it is not known. */
  get visitor(): VisitorAnswer | undefined {
    return this.#visitor;
  }
  get isAsking(): boolean {
    return this.#isAsking;
  }
  /** Why the last try was refused. */
  get refusal(): string | undefined {
    return this.#refusal;
  }
  get waitUntil(): number {
    return this.#waitUntil;
  }

  /** Until the returned function is called: notices a session that ends, and one that was begun in another tab. */
  follow(): () => void {
    const stop = onSignedOut(() => {
      this.#isSignedOut = true;
      this.#visitor = undefined;
    });
    const looked = (): void => {
      if (this.#isSignedOut && document.visibilityState === 'visible') void this.look();
    };
    document.addEventListener('visibilitychange', looked);
    return () => {
      stop();
      document.removeEventListener('visibilitychange', looked);
    };
  }

  async look(): Promise<void> {
    try {
      this.#visitor = await ask<VisitorAnswer>(this.#fetch, `${SESSIONS}/current`, {});
      this.#isSignedOut = false;
    } catch {
      // a 401 was told to whoever listens; anything else is told by what the page asks
    }
  }

  async signIn(name: string, password: string): Promise<boolean> {
    this.#isAsking = true;
    this.#refusal = undefined;
    try {
      await send(this.#fetch, 'POST', SESSIONS, { name, password });
      await this.look();
      return true;
    } catch (error) {
      this.#refused(error);
      return false;
    } finally {
      this.#isAsking = false;
    }
  }

  async signOut(): Promise<void> {
    await send(this.#fetch, 'DELETE', `${SESSIONS}/current`).catch(() => {}); // over already is as good
    signedOut();
  }

  /** Throws what the server refused. */
  async changePassword(current: string, password: string): Promise<void> {
    const name = this.#visitor?.name ?? '';
    await send(this.#fetch, 'PUT', `/api/v1/users/${encodeURIComponent(name)}/password`, { current, password });
  }

  #refused(error: unknown): void {
    const status = error instanceof Unanswered ? error.status : undefined;
    if (status === 429 && error instanceof Unanswered) this.#waitUntil = Date.now() + (error.retryAfterMs ?? 30_000);
    else this.#refusal = status === 401 ? texts.wrong : error instanceof Error ? error.message : String(error);
  }
}
