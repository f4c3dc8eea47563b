/** Waiting for what others say: long polls, one after the other, until stopped. */

import { ChatFailure, pause } from "./retry";

/** Seconds that the server may hold a call. */
export const HELD = 25;
/** Milliseconds between two calls at least, should the server not hold them. */
const BETWEEN = 2_000;

export class Listener {
  #running: AbortController | null = null;

  /** @param ask makes one call, and shows what it brings. */
  constructor(private readonly ask: (signal: AbortSignal) => Promise<void>) {}

  /** Listens until stopped, or until a call fails: who wants to hear more starts it again. */
  async start(): Promise<void> {
    if (this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    try {
      for (;;) await Promise.all([this.ask(running.signal), pause(BETWEEN, running.signal)]);
    } catch (error) {
      if (!running.signal.aborted && !(error instanceof ChatFailure)) throw error;
    } finally {
      if (this.#running === running) this.#running = null;
      running.abort();
    }
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }
}
