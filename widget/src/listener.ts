/** Waiting for what others say: long polls, one after the other, until stopped. */

import { ChatFailure, pause } from "./retry";

/** Seconds that the server may hold a call. */
export const HELD = 25;
/** Milliseconds that a call which brings nothing takes at least, should the server not hold it. */
const EMPTY = 2_000;
/** Milliseconds before the call that follows a failed one; doubles with each failure, up to `LONGEST`. */
const FIRST = 1_000;
const LONGEST = 60_000;

export class Listener {
  #running: AbortController | null = null;

  /** @param ask makes one call, shows what it brings, and says whether that is anything. */
  constructor(private readonly ask: (signal: AbortSignal) => Promise<boolean>) {}

  /** Listens until stopped, or until a call is refused for good. Does nothing once it listens. */
  async start(): Promise<void> {
    if (this.#running !== null) return;
    const running = new AbortController();
    this.#running = running;
    try {
      await this.#listen(running.signal);
    } catch (error) {
      if (!running.signal.aborted && !isFinal(error)) throw error;
    } finally {
      if (this.#running === running) this.#running = null;
      running.abort();
    }
  }

  stop(): void {
    this.#running?.abort();
    this.#running = null;
  }

  async #listen(signal: AbortSignal): Promise<void> {
    for (let failures = 0; ; ) {
      const asked = Date.now();
      try {
        const brought = await this.ask(signal);
        failures = 0;
        if (!brought) await pause(Math.max(0, asked + EMPTY - Date.now()), signal);
      } catch (error) {
        if (!(error instanceof ChatFailure) || isFinal(error)) throw error;
        // Spread: many browsers lost the same server.
        const delay = Math.min(FIRST * 2 ** failures++, LONGEST) * (1 + Math.random() / 4);
        await pause(Math.max(delay, error.retryAfter ?? 0), signal);
      }
    }
  }
}

/** The same call would never work again: the conversation is gone, or the call is not what the server takes. */
function isFinal(error: unknown): boolean {
  return error instanceof ChatFailure && (error.kind === "expired" || error.kind === "refused");
}
